import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { readTable } from '#lib/formats/table.ts';
import { bytesOf, exampleSite } from './example-site.ts';

function refusal(bytes: Uint8Array): { code: string; message: string } {
  try {
    readTable(bytes, 'drop.csv', exampleSite);
  } catch (error) {
    if (error instanceof RejectedDrop) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('expected a refusal');
}

const accepted = 'accepted a table of text (CSV) with a header, or ECGs in WFDB format';
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const dicom = Buffer.concat([Buffer.alloc(128), latin1('DICM\x02\x00\x00\x00UL')]);
const pdf = latin1('%PDF-1.7\n%âãÏÓ\n');
const workbook = Buffer.concat([latin1('PK\x03\x04\x14\x00\x06\x00xl/workbook.xml'), deflateRawSync('<workbook/>')]);

describe('a drop that is no table of text', () => {
  test.each([
    ['gzip', gzipSync('id,age\n'), 'a gzip archive'],
    ['zip', latin1('PK\x03\x04\x14\x00\x00\x00data.csv'), 'a zip archive'],
    ['xlsx', workbook, 'an Excel workbook (xlsx)'],
    ['xls', latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), 'an old Office document (such as xls)'],
    ['DICOM', dicom, 'a DICOM object'],
    ['PDF', pdf, 'a PDF document'],
    ['PNG', latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'a PNG picture'],
    ['JSON object', bytesOf('{"id": 1}'), 'a JSON document'],
    ['JSON array', bytesOf(' [ {"id": 1} ]'), 'a JSON document'],
    ['XML', bytesOf('<?xml version="1.0"?><a/>'), 'an XML document'],
    ['HTML', bytesOf('<!DOCTYPE html><html>'), 'an HTML page'],
  ])('%s is refused by name', (_name, bytes, format) => {
    expect(refusal(bytes)).toEqual({ code: 'format-not-accepted', message: `found ${format}, ${accepted}` });
  });

  test('nothing at all', () => {
    expect(refusal(new Uint8Array())).toEqual({ code: 'empty', message: `found an empty object, ${accepted}` });
  });

  test('nothing but blank lines', () => {
    expect(refusal(bytesOf('', '  ', '')).code).toBe('empty');
  });

  test('bytes of no known format, wherever the first one stands', () => {
    expect(refusal(latin1('id,age\x01')).message).toBe(`found bytes that are not text (first at byte 6), ${accepted}`);
    expect(refusal(Buffer.concat([Buffer.alloc(9000, 'a'), Buffer.alloc(1)])).message).toContain('first at byte 9000');
  });

  test('the extension decides nothing', () => {
    const reading = readTable(bytesOf('id,age,sex,chol,st', 'A,50,1,200,0'), 'picture.png', exampleSite);
    expect(reading.rows).toHaveLength(1);
  });
});

describe('text in another encoding than the site declared', () => {
  test('the offset of the first wrong byte is named', () => {
    const bytes = Buffer.concat([latin1('id,age,sex,chol,st\nA,5'), Uint8Array.of(0xfc), latin1('0,1,200,0\n')]);
    expect(refusal(bytes)).toEqual({
      code: 'encoding',
      message:
        "found bytes that are not UTF-8 (first at byte 22), accepted text in the encoding of the site's description",
    });
  });

  test('UTF-16 with a byte order mark is read', () => {
    const bytes = Buffer.from('\uFEFFid,age,sex,chol,st\r\nA,50,1,200,0\r\n', 'utf16le');
    expect(readTable(bytes, 'a', exampleSite)).toMatchObject({ encoding: 'utf-16le', items: 1 });
  });

  test('UTF-16 in big-endian order is refused by name', () => {
    expect(refusal(Buffer.from([0xfe, 0xff, 0, 0x41]))).toMatchObject({ code: 'encoding' });
  });

  test('half a UTF-16 character is refused', () => {
    expect(refusal(Buffer.from([0xff, 0xfe, 0x41, 0x00, 0x42])).code).toBe('encoding');
  });
});
