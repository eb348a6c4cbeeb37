import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, OneOf, Page, PerPage, Text } from './schema.ts'

/** An emoji that somebody here has made; its picture comes by download. */
export const Emoji = Fields({ id: Id, name: Type.String(), creatorId: Id, createAt: At, updateAt: At, deleteAt: At })
export type Emoji = Static<typeof Emoji>

const EmojiId = Fields({ emojiId: Id })

export const emojiCreate = defineOperation({
  name: 'emoji.create', summary: 'Makes an emoji from a png, gif, jpeg or webp image of at most 512 KiB.', kind: 'upload', capability: 'emoji:write',
  input: Fields({ name: Text(64) }), output: Emoji,
  errors: ['emoji_name_invalid', 'emoji_name_taken', 'emoji_name_reserved', 'emoji_image_invalid', 'emoji_too_large'],
})

export const emojiDelete = defineOperation({
  name: 'emoji.delete', summary: 'Removes an emoji; posts that use it show its name instead.', capability: 'emoji:write',
  input: EmojiId, output: Done, errors: ['emoji_not_found'],
})

export const emojiGet = defineOperation({
  name: 'emoji.get', summary: 'Reads one emoji.', safe: true, capability: 'emoji:read', input: EmojiId, output: Emoji, errors: ['emoji_not_found'],
})

export const emojiGetByName = defineOperation({
  name: 'emoji.getByName', summary: 'Reads one emoji by its name.', safe: true, capability: 'emoji:read',
  input: Fields({ name: Text(64) }), output: Emoji, errors: ['emoji_not_found'],
})

export const emojiListByNames = defineOperation({
  name: 'emoji.listByNames', summary: 'Reads several emoji by name; unknown names are left out.', safe: true, capability: 'emoji:read',
  input: Fields({ names: Type.Array(Text(64), { minItems: 1, maxItems: 200 }) }), output: Type.Array(Emoji),
})

export const emojiList = defineOperation({
  name: 'emoji.list', summary: 'Lists the emoji made here, by age or by name, a page at a time.', safe: true, capability: 'emoji:read',
  input: Fields({ page: Type.Optional(Page), perPage: Type.Optional(PerPage), sort: Type.Optional(OneOf('age', 'name')) }), output: Type.Array(Emoji),
})

export const emojiSearch = defineOperation({
  name: 'emoji.search', summary: 'Finds emoji whose name holds a term, or begins with it.', safe: true, capability: 'emoji:read',
  input: Fields({ term: Type.String({ minLength: 1, maxLength: 64 }), onlyPrefix: Type.Optional(Type.Boolean()), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })) }),
  output: Type.Array(Emoji),
})

export const emojiImage = defineOperation({
  name: 'emoji.image', summary: 'Reads the picture of an emoji, at most 128 × 128 pixels.', kind: 'download', safe: true, capability: 'emoji:read',
  input: EmojiId, output: Emoji, errors: ['emoji_not_found', 'range_not_satisfiable'],
})

export const emojiIdentify = defineOperation({
  name: 'emoji.identify', summary: 'Tells the name of the standard emoji that a text begins with, and the rest; \'\' where it begins with none.', safe: true, capability: 'emoji:read',
  input: Fields({ text: Text(1000) }), output: Fields({ name: Type.String(), rest: Type.String() }),
})

export const emojiExists = defineOperation({
  name: 'emoji.exists', summary: 'Tells whether there is an emoji of this name, a standard one or one made here.', safe: true, capability: 'emoji:read',
  input: Fields({ name: Text(64) }), output: Fields({ isThere: Type.Boolean() }),
})

export const emojiCreated = defineEvent({ name: 'emoji.created', summary: 'An emoji was made.', payload: Fields({ emoji: Emoji }) })
export const emojiDeleted = defineEvent({ name: 'emoji.deleted', summary: 'An emoji was removed.', payload: Fields({ emoji: Emoji, deletedBy: Type.String() }) })
