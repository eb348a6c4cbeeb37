/** The package has no types of its own; these are the parts that we use. */
declare module 'mime-types' {
  const mimeTypes: {
    lookup(extension: string): string | false
    extension(mimeType: string): string | false
    charset(mimeType: string): string | false
  }
  export = mimeTypes
}
