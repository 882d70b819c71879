import { describe, expect, test } from 'vitest';
import { TransientFailure } from '#functions/errors.ts';
import { describeFailure } from '#functions/failure.ts';

const PERSON = 'Jane Canary';

describe('the log line of a failure', () => {
  test('keeps the frames and drops a message of several lines that looks like frames', () => {
    const error = new SyntaxError(`unexpected token in\n    at ${PERSON} (1931-02-03)\n    at ${PERSON}`);
    const line = describeFailure(error);
    expect(JSON.stringify(line)).not.toContain(PERSON);
    expect(line.frames).toContain('failure.test.ts');
  });

  test('says of the causes of our own errors only what they are', () => {
    const line = describeFailure(new TransientFailure('S3: found status 503', { cause: new RangeError(PERSON) }));
    expect(JSON.stringify(line)).not.toContain(PERSON);
    expect(line).toMatchObject({ error: 'TransientFailure', reason: 'S3: found status 503' });
    expect(line.cause).toContain('RangeError');
  });

  test('drops the text of what a library or JSON.parse throws', () => {
    const thrown = () => JSON.parse(`{"name": ${PERSON}}`);
    expect(thrown).toThrow(PERSON.slice(0, 4));
    try {
      thrown();
    } catch (error) {
      expect(JSON.stringify(describeFailure(error))).not.toContain(PERSON.slice(0, 4));
    }
    expect.assertions(2);
  });
});
