import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { statementsIn } from '#cli/statements-file.ts';
import { workFolder } from './command.ts';

const folder = workFolder();
afterAll(() => folder.remove());

function file(text: string): string {
  const path = folder.in('statements.yaml');
  writeFileSync(path, text);
  return path;
}

describe('a file of statements', () => {
  it('gives sentences by topic', async () => {
    expect(await statementsIn(file('funding: None\nethics: Committee of the city, 12/2025\n'))).toEqual({
      funding: 'None',
      ethics: 'Committee of the city, 12/2025',
    });
  });

  it.each([
    ['a topic that nobody asks for', 'fundnig: None', /found fundnig, allowed: context,/],
    ['a topic without a sentence', 'funding:', /found funding without a sentence/],
    ['a list', '- None', /found no topics/],
    ['what is no YAML', 'funding: [', /expected YAML/],
  ])('is refused with %s', async (_, text, message) => {
    await expect(statementsIn(file(text))).rejects.toThrow(message);
  });

  it('is refused where it is missing', async () => {
    await expect(statementsIn(folder.in('nowhere.yaml'))).rejects.toThrow(/ENOENT/);
  });
});
