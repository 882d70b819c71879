/** What the column of a group begins with in internal/studies.parquet. */
export const GROUP_PREFIX = 'group ';

export const groupColumn = (title: string): string => `${GROUP_PREFIX}${title}`;
