/** So many bytes up to the next multiple of 8: where an array of eight bytes a value, or a buffer of Arrow, may begin. */
export const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8
