/** Names of fields, with dots below the top: `post.message`. */
export type FieldPath<Value> = Value extends readonly unknown[] ? never : Value extends object
  ? { [Key in keyof Value & string]: Key | (NonNullable<Value[Key]> extends readonly unknown[] ? never : NonNullable<Value[Key]> extends object ? `${Key}.${keyof NonNullable<Value[Key]> & string}` : never) }[keyof Value & string]
  : never

type TopOf<Path> = Path extends `${infer Top}.${string}` ? Top : Path
type Below<Path, Top extends string> = Path extends `${Top}.${infer Rest}` ? Rest : never

/** A value with nothing but the fields that were named. */
export type Picked<Value, Path> = {
  readonly [Key in keyof Value as Key extends TopOf<Path> ? Key : never]: Key extends Path
    ? Value[Key]
    : Key extends string ? Pick<NonNullable<Value[Key]>, Below<Path, Key> & keyof NonNullable<Value[Key]>> | Extract<Value[Key], null | undefined> : never
}
