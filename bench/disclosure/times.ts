import type { TimeToEventResults } from '#lib/report/evaluation/time-to-event/record.ts';
import { idOf, join, overGroups, type Said, told } from './said.ts';
import { sumOf } from './system.ts';

const ENDS = ['events', 'competing', 'censored', 'beyond'] as const;

export function saidOfTimes({ groups, riskGroups, calibration, hasCompeting }: TimeToEventResults): Said {
  const horizons = groups[0].horizons.map(({ at }) => at);
  const own = groups.map((group): Said => {
    const at = (horizon: number, name: string): string => `${idOf(group)}/${horizon}/${name}`;
    return {
      cells: [
        ...group.horizons.flatMap((horizon) => [
          ...ENDS.map((name) => [at(horizon.at, name), horizon[name] ?? (hasCompeting ? undefined : 0)] as const),
          ...[horizon.observed, horizon.observedExpected, horizon.brier, horizon.slope].map(
            (figure) => [at(horizon.at, 'events'), told(figure)?.events] as const,
          ),
          [`${idOf(group)}/n`, told(horizon.observed)?.n] as const,
        ]),
        [at(horizons[horizons.length - 1], 'events'), told(group.harrellC)?.events] as const,
      ],
      sums: group.horizons.flatMap((horizon, k) => [
        sumOf(
          `${idOf(group)}/n`,
          ENDS.map((name) => at(horizon.at, name)),
        ),
        ...(k === 0
          ? []
          : ENDS.slice(0, 3).map((name) =>
              sumOf(at(horizon.at, name), [at(horizons[k - 1], name), `${at(horizon.at, name)}/since`]),
            )),
      ]),
    };
  });
  const names = horizons.flatMap((horizon) => ENDS.map((name) => `${horizon}/${name}`));
  const last = horizons[horizons.length - 1];
  const risks: Said = {
    cells: riskGroups.flatMap(({ n, events }, i) => [
      [`risk/${i}/n`, n],
      [`risk/${i}/events`, events],
    ]),
    sums: [
      sumOf(
        '*/n',
        riskGroups.map((_, i) => `risk/${i}/n`),
      ),
      sumOf(
        `*/${last}/events`,
        riskGroups.map((_, i) => `risk/${i}/events`),
      ),
      ...riskGroups.map((_, i) => sumOf(`risk/${i}/n`, [`risk/${i}/events`, `risk/${i}/others`])),
    ],
  };
  const curves: Said = {
    cells: calibration.flatMap(({ at, curve, nullBrier }) => [
      [`*/${at}/events`, told(nullBrier)?.events],
      [`*/${at}/events`, 'cannotTell' in curve ? curve.events : undefined],
    ]),
    sums: [],
  };
  return join(...own, { cells: [], sums: overGroups(groups, names) }, risks, steps(riskGroups, horizons), curves);
}

/** Between two times of a curve people had the event, or left without. */
function steps(riskGroups: TimeToEventResults['riskGroups'], horizons: readonly number[]): Said {
  const own = riskGroups.map(({ curve }, i): Said => {
    const id = (time: number, name: string): string => `curve/${i}/${time}/${name}`;
    return {
      cells: curve.flatMap(({ time, events, atRisk }) => [
        [id(time, 'events'), events],
        [id(time, 'atRisk'), atRisk],
      ]),
      sums: curve.flatMap(({ time }, k) => {
        const before = curve[k - 1]?.time;
        const from = before === undefined ? `risk/${i}/n` : id(before, 'atRisk');
        const had = id(time, `had since ${before ?? 0}`);
        return [
          sumOf(from, [id(time, 'atRisk'), had, id(time, `left since ${before ?? 0}`)]),
          sumOf(id(time, 'events'), before === undefined ? [had] : [id(before, 'events'), had]),
        ];
      }),
    };
  });
  // At a time that all curves show, all people are their sum; at a horizon that is what stands in the table.
  const shared = (riskGroups[0]?.curve ?? [])
    .map(({ time }) => time)
    .filter((time) => riskGroups.every(({ curve }) => curve.some((point) => point.time === time)));
  const stops = [...new Set([...shared, ...horizons])].sort((a, b) => a - b);
  const all = (time: number, name: string): string => `all/${time}/${name}`;
  const sums = stops.flatMap((time, k) => [
    ...(shared.includes(time)
      ? ['events', 'atRisk'].map((name) =>
          sumOf(
            all(time, name),
            riskGroups.map((_, i) => `curve/${i}/${time}/${name}`),
          ),
        )
      : []),
    ...(horizons.includes(time)
      ? [sumOf(all(time, 'events'), [`*/${time}/events`]), sumOf(all(time, 'atRisk'), [`*/${time}/beyond`])]
      : []),
    sumOf(k === 0 ? '*/n' : all(stops[k - 1], 'atRisk'), [
      all(time, 'atRisk'),
      all(time, `had since ${stops[k - 1] ?? 0}`),
      all(time, `left since ${stops[k - 1] ?? 0}`),
    ]),
    sumOf(all(time, 'events'), [
      ...(k === 0 ? [] : [all(stops[k - 1], 'events')]),
      all(time, `had since ${stops[k - 1] ?? 0}`),
    ]),
  ]);
  return join(...own, { cells: [], sums });
}
