/** Rules of the protocol that a walk can leave out, to prove that it would notice. */
export const RULES = [
  'write the plan, then send',
  'quarantine creates and never overwrites',
  'on 412 send again what follows',
  'whoever finds all slots filled sends publish',
  'nothing is published before every slot is filled',
  'publish takes the closed record that is stored',
  'a claim that leads nowhere passes on',
  'a plan is created once',
  'tables follow the objects that the closed record names',
  'settle waits for every unit',
  'a dead settle waits for every unit',
  'later keys carry the attempt',
  'a claim passes to the later attempt at its drop',
  'what was set aside does not stand',
  'an attempt that keeps everything is settled',
  'the tables count the highest attempt',
  'an attempt leaves its hint first',
  'steps look at erasure marks',
  'sweep records before it sends again',
] as const;

export type Rule = (typeof RULES)[number];
