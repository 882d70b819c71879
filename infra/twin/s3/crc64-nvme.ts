// CRC-64/NVME, the checksum that S3 stores by default: reflected polynomial 0x9a6c9329ac4bc9b5 (NVM Express 2.0, 5.2.1.3.4).

/** High and low words of the table, since 64 bits do not fit a JavaScript number. */
const [tableHigh, tableLow] = tables();

function tables(): readonly [Uint32Array, Uint32Array] {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    high[byte] = Number(value >> 32n);
    low[byte] = Number(value & 0xffffffffn);
  }
  return [high, low];
}

export interface RunningCrc64 {
  update(bytes: Uint8Array): void;
  /** High and low 32 bits of the checksum so far. */
  words(): readonly [number, number];
}

export function crc64Nvme(): RunningCrc64 {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      let [upper, lower] = [high, low];
      for (let i = 0; i < bytes.length; i++) {
        const index = (lower ^ bytes[i]) & 0xff;
        lower = ((lower >>> 8) | (upper << 24)) ^ tableLow[index];
        upper = (upper >>> 8) ^ tableHigh[index];
      }
      [high, low] = [upper, lower];
    },
    words: () => [~high >>> 0, ~low >>> 0],
  };
}
