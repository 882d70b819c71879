import { RefusedInput } from '#functions/errors.ts';

/** A range that the simulation refuses is a refused option of the command. */
export function refusing<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError ? new RefusedInput(error.message, { cause: error }) : error;
  }
}
