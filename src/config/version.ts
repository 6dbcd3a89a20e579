import manifest from '../../package.json' with { type: 'json' };

/** The sccache whose behaviour we have, for those who parse versions. */
export const VERSION = '0.19.0';

/** Our own version. */
export const OWN_VERSION: string = manifest.version;
