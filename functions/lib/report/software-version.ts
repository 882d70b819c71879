import project from '../../../package.json' with { type: 'json' };

/** Version of this software, as reports state it. */
export const SOFTWARE_VERSION: string = `tricuspid ${project.version}`;
