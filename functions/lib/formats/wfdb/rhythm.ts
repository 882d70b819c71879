import type { EcgAnnotation } from '#lib/signal/ecg.ts';
import { annotationCode } from './annotation-codes.ts';

/** A stretch of one rhythm. */
export interface RhythmEpisode {
  /** As in the annotation, without its bracket: `N`, `AFIB`, `AFL`, `VT`. */
  readonly rhythm: string;
  /** First frame of the episode. */
  readonly start: number;
  /** Frame after its last one. */
  readonly end: number;
}

/**
 * Episodes between the rhythm changes of an annotation file, in the order of time; the last one ends with the record, which has
 * `frames` frames. What was before the first change is not known and is in no episode.
 */
export function rhythmEpisodes(events: readonly EcgAnnotation[], frames: number): RhythmEpisode[] {
  const changes = events
    .filter(({ code, text }) => code === annotationCode.rhythm && text.startsWith('('))
    .sort((a, b) => a.sample - b.sample);
  const episodes = changes.map(({ sample, text }, index) => ({
    rhythm: text.slice(1).trim(),
    start: sample,
    end: changes[index + 1]?.sample ?? frames,
  }));
  const joined: RhythmEpisode[] = [];
  for (const episode of episodes) {
    const before = joined[joined.length - 1];
    if (episode.end === episode.start) continue;
    if (before?.rhythm === episode.rhythm) joined[joined.length - 1] = { ...before, end: episode.end };
    else joined.push(episode);
  }
  return joined;
}
