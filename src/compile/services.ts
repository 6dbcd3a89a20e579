import type { FileRecords } from '../key/file-records.ts';
import type { Storage } from '../storage/storage.ts';
import type { SourceFiles } from '../system/source-files.ts';
import type { InFlight } from './in-flight.ts';
import type { Manifests } from './manifests.ts';
import type { TemporaryFiles } from './temporary-files.ts';
import type { Toolchains } from './toolchain.ts';

/** What one compile worker owns and hands to each request. Nothing here is shared with other workers. */
export interface CompileServices {
  readonly files: SourceFiles;
  readonly records: FileRecords;
  readonly toolchains: Toolchains;
  readonly manifests: Manifests;
  readonly storage: Storage;
  readonly inFlight: InFlight;
  readonly temporaryFiles: TemporaryFiles;
  /** `SCCACHE_DIRECT`, `SCCACHE_LOCAL_RW_MODE` and others are the storage's; 0 when the system has no such thing. */
  readonly mountNamespace: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Something that the user may want to know, for the log. */
  readonly note: (topic: string, detail: string) => void;
}
