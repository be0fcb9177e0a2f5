import packageJson from '../package.json' with { type: 'json' }

/** Stamped on every run, so that a figure can be traced to the code that made it. */
export const softwareVersion: string = packageJson.version
