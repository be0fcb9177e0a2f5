/** What to do about an error of the operating system, by its code (errno names, see `man 3 errno`). */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free space and run the same command again, it continues where it stopped.',
  EDQUOT:
    'The disk quota is used up: free space and run the same command again, it continues where it stopped.',
  EACCES: 'Make the data folder writable for this user, or choose another with ROLLCALL_DATA_DIR.',
  EPERM: 'Make the data folder writable for this user, or choose another with ROLLCALL_DATA_DIR.',
  EROFS: 'The disk is mounted read-only: choose another data folder with ROLLCALL_DATA_DIR.',
  ENOTDIR:
    'A file stands where a folder is needed: move it away, or choose another folder with ROLLCALL_DATA_DIR.',
  EEXIST:
    'A file stands where a folder is needed: move it away, or choose another folder with ROLLCALL_DATA_DIR.',
  EISDIR:
    'A folder stands where a file is needed: move it away, or choose another folder with ROLLCALL_DATA_DIR.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n) and run the same command again.',
  EIO: 'The disk reports a fault: check it, then run the same command again or restore the folder from a backup.',
}

const defaultRemedy = 'Check the data folder and the disk, then run the same command again.'

/**
 * The raw zone could not be written or read. Always terminal: retrying at once mends neither a full disk nor a
 * damaged file. What was durable before stays so, and the next run continues from it.
 */
export class RawZoneError extends Error {
  override readonly name = 'RawZoneError'
  /** The file or folder concerned. */
  readonly path: string
  /** The operating system's code such as `ENOSPC`; null where the fault is in the content. */
  readonly code: string | null

  constructor(fault: {
    action: string
    path: string
    reason: string
    remedy: string
    code?: string
    cause?: unknown
  }) {
    super(`Cannot ${fault.action} ${fault.path}: ${fault.reason}. ${fault.remedy}`, { cause: fault.cause })
    this.path = fault.path
    this.code = fault.code ?? null
  }
}

/** Turns an error of the file system into a `RawZoneError` that says what failed, where, and what to do. */
export function diskError(action: string, path: string, cause: unknown): RawZoneError {
  if (cause instanceof RawZoneError) return cause
  const code = (cause as NodeJS.ErrnoException | null)?.code
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause))
  return new RawZoneError({
    action,
    path,
    reason,
    remedy: remedies[code ?? ''] ?? defaultRemedy,
    code,
    cause,
  })
}
