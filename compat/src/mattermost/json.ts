/** From here on compressing pays; hapi has the same bound. */
const longText = 1024

/** A value as JSON, for what is looked at before it is sent, or sent more than once. */
export class Json {
  /** Short text goes out in one piece with the headers; bytes of long text take no further copy. */
  readonly body: string | Buffer
  constructor(value: unknown) {
    const text = JSON.stringify(value)
    this.body = text.length < longText ? text : Buffer.from(text)
  }

  get isLong(): boolean { return typeof this.body !== 'string' }
}

/** What is made of a value that never changes is made once, and forgotten with it. */
export function remembered<Source extends object, Made>(make: (source: Source) => Made): (source: Source) => Made {
  const known = new WeakMap<Source, Made>()
  return (source) => {
    const found = known.get(source)
    if (found !== undefined) return found
    const made = make(source)
    known.set(source, made)
    return made
  }
}
