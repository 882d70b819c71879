// Parquet pages beyond Snappy, which the reader knows by itself: pandas and DuckDB write Snappy unless told, polars Zstandard.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';

/** A page may not become larger than its header says: a small file that fills the memory is refused. */
export const decompressors: Compressors = {
  GZIP: (page, bytes) => gunzipSync(page, { maxOutputLength: bytes }),
  ZSTD: (page, bytes) => zstdDecompressSync(page, { maxOutputLength: bytes }),
  BROTLI: (page, bytes) => brotliDecompressSync(page, { maxOutputLength: bytes }),
};

/** What is accepted, for refusals. */
export const PARQUET_CODECS = 'uncompressed or with Snappy, gzip, Zstandard or Brotli';
