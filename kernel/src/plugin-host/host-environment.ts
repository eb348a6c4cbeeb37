/**
 * All that a host has of an environment: glibc maps each larger piece of memory by itself, and gives it back as soon as
 * it is freed. Left alone it learns from what is freed to keep more, and what one plugin had hoarded stays with the host
 * of all the others until that has more than it may.
 */
export const hostEnvironment: Readonly<Record<string, string>> = { MALLOC_MMAP_THRESHOLD_: String(128 * 1024) }
