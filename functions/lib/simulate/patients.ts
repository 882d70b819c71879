import type { Habit } from './habits.ts';
import { admit, type Patient } from './hospital-tables.ts';
import { simulatePerson } from './person.ts';
import type { Random } from './random.ts';

/** The person with this number (from 1) at this hospital: decided by the hospital's stream and the number alone, so that tables and ECGs share people. */
export function patientAt(habit: Habit, number: number, hospital: Random): Patient {
  const own = hospital.fork(`person/${number}`);
  return admit(simulatePerson(own, habit.caseMix), number, habit, own);
}
