// The XML of AWS's REST protocols: a strict reader into plain elements, and a writer.
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** Name without its namespace prefix. */
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Reads a whole document; throws an Error with line and column for anything that is not well-formed. */
export function parseXml(document: string): XmlElement {
  const parser = new SaxesParser();
  const open: { name: string; children: XmlElement[]; text: string }[] = [{ name: '', children: [], text: '' }];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    open.push({ name: tag.name.slice(tag.name.indexOf(':') + 1), children: [], text: '' });
  });
  const addText = (text: string) => {
    open[open.length - 1].text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) open[open.length - 1].children.push(closed);
  });
  parser.write(document).close();
  return open[0].children[0];
}

/** Text of the first child with this name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes text; control characters become numeric references, as S3 writes keys that hold them. */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: object keys may hold control characters
  return text.replace(/[&<>"\u0000-\u001f]/g, (found) => entities[found] ?? `&#x${found.charCodeAt(0).toString(16)};`);
}

export type XmlValue = string | number | boolean | undefined | XmlFields | readonly XmlValue[];
export interface XmlFields {
  readonly [name: string]: XmlValue;
}

/** Writes one element; a list becomes one element per entry, undefined none. */
export function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((entry) => element(name, entry)).join('');
  if (typeof value === 'object') {
    return `<${name}>${Object.entries(value)
      .map(([childName, child]) => element(childName, child))
      .join('')}</${name}>`;
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** A whole document in the given namespace. */
export function xmlDocument(name: string, value: XmlValue, namespace?: string): string {
  const body = element(name, value);
  const root = namespace === undefined ? body : `<${name} xmlns="${namespace}">${body.slice(name.length + 2)}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}
