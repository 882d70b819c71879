// All leads of a recording: the usual sheet of twelve leads, or one row for each lead where the twelve are not there.
import type { VNode } from 'preact';
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { standardLeads } from '#lib/signal/leads.ts';
import { element } from '../element.ts';
import { gapsOf } from './gaps.ts';
import { isCut, levelOf, type Room, roomFor, type SampleRange } from './level.ts';
import { calibrationPulse, paper } from './paper.ts';
import type { EcgPlace } from './place.ts';
import { ROW_SECONDS, WIDTH_MM } from './rhythm-strip.ts';
import { MM_PER_SECOND, mm } from './scale.ts';
import { STEP_MM, tracePath } from './trace-path.ts';

const LEFT_MM = 10;
const COLUMNS = 4;
const ROWS = 3;
const COLUMN_SECONDS = ROW_SECONDS / COLUMNS;
const RHYTHM_LEAD = 'II';
/** More leads than this are named, not drawn. */
const MOST_LEADS = 15;

/** A stretch of a lead and where it is drawn. */
interface Tile extends SampleRange {
  readonly lead: StoredLead;
  readonly x: number;
  readonly row: number;
}

/** First 10 s of the leads: 3 rows of 4 columns of 2.5 s and lead II below where all twelve are there, otherwise a row for each lead. */
export function leadSheet(leads: readonly StoredLead[], { prefix, of }: EcgPlace): VNode {
  const byName = new Map(leads.map((lead) => [lead.name, lead]));
  const twelve = standardLeads.flatMap((name) => byName.get(name) ?? []);
  const isStandard = twelve.length === standardLeads.length;
  const extra = leads.filter(({ name }) => !isStandard || !standardLeads.some((standard) => standard === name));
  const tiles = isStandard
    ? [...twelveTiles(twelve), ...rowTiles(extra.slice(0, MOST_LEADS), ROWS + 1)]
    : rowTiles(extra.slice(0, MOST_LEADS), 0);
  const cut = cutLeads(tiles);
  return element('div', { class: 'strips', role: 'region', tabindex: 0, 'aria-label': `Traces of all leads${of}` }, [
    sheet(tiles, isStandard, prefix),
    element(
      'p',
      { class: 'note' },
      `25 mm/s, 10 mm/mV.${cut.length > 0 ? ` Cut at the edge of the paper, so larger than drawn: ${cut.join(', ')}.` : ''}`,
    ),
    ...(extra.length > MOST_LEADS
      ? [
          element(
            'p',
            { class: 'note' },
            `Not drawn: ${extra
              .slice(MOST_LEADS)
              .map(({ name }) => name)
              .join(', ')}.`,
          ),
        ]
      : []),
  ]);
}

function tile(lead: StoredLead, startSeconds: number, seconds: number, x: number, row: number): Tile {
  const { samplesMv, samplingRateHz } = lead;
  const at = (time: number) => Math.min(samplesMv.length, Math.round(time * samplingRateHz));
  return { lead, from: at(startSeconds), to: at(startSeconds + seconds), x, row };
}

function twelveTiles(twelve: readonly StoredLead[]): Tile[] {
  const tiles = twelve.map((lead, n) => {
    const column = Math.floor(n / ROWS);
    return tile(
      lead,
      column * COLUMN_SECONDS,
      COLUMN_SECONDS,
      LEFT_MM + column * COLUMN_SECONDS * MM_PER_SECOND,
      n % ROWS,
    );
  });
  const rhythm = twelve.find(({ name }) => name === RHYTHM_LEAD) as StoredLead;
  return [...tiles, tile(rhythm, 0, ROW_SECONDS, LEFT_MM, ROWS)];
}

const rowTiles = (leads: readonly StoredLead[], firstRow: number): Tile[] =>
  leads.map((lead, n) => tile(lead, 0, ROW_SECONDS, LEFT_MM, firstRow + n));

function sheet(tiles: readonly Tile[], isStandard: boolean, prefix: string): VNode {
  const rows = [...Map.groupBy(tiles, ({ row }) => row)].sort(([a], [b]) => a - b);
  let y = 0;
  const drawn = rows.flatMap(([, inRow]) => {
    const room = roomOf(inRow);
    const line = y + room.aboveMm;
    y = line + room.belowMm;
    return [calibrationPulse(1.5, line), ...inRow.flatMap((each) => drawTile(each, room, line))];
  });
  const names = tiles.map(({ lead }) => lead.name);
  const words = isStandard
    ? 'Twelve leads in 3 rows of 4 columns of 2.5 s, one after the other in time, and lead II for 10 s below.'
    : 'One row for each lead, the first 10 s.';
  const missing = tiles.filter((each) => gapsIn(each).length > 0).map(({ lead }) => lead.name);
  const description = `${words} Leads: ${[...new Set(names)].join(', ')}.${missing.length > 0 ? ` Samples are missing in ${[...new Set(missing)].join(', ')}.` : ''}`;
  return element(
    'svg',
    {
      viewBox: `0 0 ${WIDTH_MM} ${mm(y)}`,
      role: 'img',
      class: 'strip',
      'aria-labelledby': `${prefix}leads-title ${prefix}leads-desc`,
    },
    [
      element('title', { id: `${prefix}leads-title` }, 'All leads'),
      element('desc', { id: `${prefix}leads-desc` }, description),
      ...paper({ x: 0, y: 0, width: WIDTH_MM, height: y }),
      ...drawn,
    ],
  );
}

const gapsIn = ({ lead, from, to }: Tile) =>
  gapsOf(lead, { startSeconds: from / lead.samplingRateHz, endSeconds: to / lead.samplingRateHz });

/** Leads of which a tile shows less than the amplitude. */
function cutLeads(tiles: readonly Tile[]): string[] {
  const rooms = new Map([...Map.groupBy(tiles, ({ row }) => row)].map(([row, inRow]) => [row, roomOf(inRow)]));
  const cut = tiles.filter((each) => {
    const { lead, row } = each;
    return isCut(lead.samplesMv, each, levelOf(lead.samplesMv, each), rooms.get(row) as Room);
  });
  return [...new Set(cut.map(({ lead }) => lead.name))];
}

/** Paper that every lead of the row fits on. */
function roomOf(tiles: readonly Tile[]): Room {
  const rooms = tiles.map(({ lead, from, to }) => roomFor(lead.samplesMv, [{ from, to }]));
  return {
    aboveMm: Math.max(...rooms.map(({ aboveMm }) => aboveMm)),
    belowMm: Math.max(...rooms.map(({ belowMm }) => belowMm)),
  };
}

function drawTile({ lead, from, to, x }: Tile, room: Room, line: number): VNode[] {
  const { samplesMv, samplingRateHz, name } = lead;
  const levelMv = levelOf(samplesMv, { from, to });
  const path = tracePath({ samplesMv, samplingRateHz, from, to, levelMv, ...room });
  const top = line - room.aboveMm;
  return [
    ...gapsIn({ lead, from, to, x, row: 0 }).map((gap) =>
      element('rect', {
        x: mm(x + (gap.startSeconds - from / samplingRateHz) * MM_PER_SECOND),
        y: mm(top),
        width: mm((gap.endSeconds - gap.startSeconds) * MM_PER_SECOND),
        height: mm(room.aboveMm + room.belowMm),
        class: 'missing',
      }),
    ),
    x > LEFT_MM ? element('path', { d: `M${mm(x)} ${mm(line - 5)}v10`, class: 'ticks' }) : null,
    element('path', { d: path, class: 'trace', transform: `translate(${mm(x)} ${mm(line)}) scale(${STEP_MM})` }),
    element(
      'text',
      { x: mm(x + 1.2), y: mm(top + 4), class: 'lead' },
      lead.samplesMv.length === 0 ? `${name}: no samples` : name,
    ),
  ].filter((node) => node !== null);
}

/** "I, II, V1": the leads of a recording in their order. */
export const leadNames = (leads: readonly StoredLead[]): string => leads.map(({ name }) => name).join(', ');

/** Seconds of the longest lead. */
export const durationSeconds = (leads: readonly StoredLead[]): number =>
  Math.max(0, ...leads.map(({ samplesMv, samplingRateHz }) => samplesMv.length / samplingRateHz));
