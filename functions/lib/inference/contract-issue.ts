import type * as z from 'zod/mini';

/** The first thing that a schema finds wrong with a model.json, by name: where, and what is allowed there. */
export function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'model.json: found an invalid contract';
  const at = issue.path.length > 0 ? issue.path.join('.') : 'top level';
  if (issue.code === 'unrecognized_keys') return `model.json: found unknown field ${issue.keys.join(', ')} at ${at}`;
  return `model.json: ${at}: found another value, allowed ${allowedBy(issue)}`;
}

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'invalid_format':
      return issue.pattern ?? issue.format;
    case 'too_small':
      return `${issue.exact ? 'exactly' : issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.exact ? 'exactly' : issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    case 'invalid_union':
      return ('options' in issue && issue.options?.map(String).join(', ')) || 'one of the forms of the contract';
    default:
      return issue.code;
  }
}
