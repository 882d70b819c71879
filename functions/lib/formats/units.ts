import { fieldNames, fieldOf, type NumberField } from './vocabulary.ts';

/** The factor from `unit` to the field's own unit, or undefined for a unit that the field cannot have; case and spaces do not count. */
export function conversionFactor(field: NumberField, unit: string): number | undefined {
  const wanted = plain(unit);
  const found = Object.entries(field.accepted).find(([name]) => plain(name) === wanted);
  return found?.[1];
}

/** A value in the field's own unit; a converted one is rounded to 1e-6, so that it carries no binary noise. */
export function convert(value: number, factor: number): number {
  return factor === 1 ? value : Math.round(value * factor * 1e6) / 1e6;
}

/** Names of the units that a field can have, for messages. */
export function acceptedUnits(field: NumberField): string {
  return Object.keys(field.accepted).join(', ');
}

/** The vocabulary's own spelling of a unit of any field; undefined for other text, which a message must not repeat. */
export function knownUnit(text: string): string | undefined {
  const wanted = plain(text);
  const names = fieldNames
    .map(fieldOf)
    .flatMap((field) => (field.kind === 'number' ? Object.keys(field.accepted) : []));
  return names.find((name) => plain(name) === wanted);
}

/** `mV` and `MV` would be one; no field accepts both. */
function plain(unit: string): string {
  return unit.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
}
