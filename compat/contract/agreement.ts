import type { Schema } from './shapes.ts'

/** What a schema cannot say: parts of one answer that must agree with each other. */
type Agreement = (value: never, where: string) => string[]

interface PostList { readonly order: readonly string[], readonly posts: Readonly<Record<string, { readonly id: string }>> }
interface Categories { readonly categories: readonly { readonly id: string }[], readonly order: readonly string[] }
interface FileUpload { readonly file_infos: readonly unknown[], readonly client_ids: readonly unknown[] }

const postList = ({ order, posts }: PostList, where: string): string[] => [
  ...order.filter((id) => posts[id] === undefined).map((id) => `${where}/order: names ${id}, which is not among the posts`),
  ...Object.entries(posts).filter(([key, post]) => post.id !== key).map(([key, post]) => `${where}/posts/${key}: is the post ${post.id}`),
]

const categories = (value: Categories, where: string): string[] => {
  const ids = value.categories.map((category) => category.id).sort()
  return [...value.order].sort().join() === ids.join() ? [] : [`${where}/order: does not name exactly the categories`]
}

const fileUpload = (value: FileUpload, where: string): string[] =>
  value.client_ids.length === 0 || value.client_ids.length === value.file_infos.length
    ? []
    : [`${where}/client_ids: there are ${value.client_ids.length} for ${value.file_infos.length} files`]

const agreements: Readonly<Record<string, Agreement>> = {
  PostList: postList,
  PostListWithSearchMatches: postList,
  OrderedSidebarCategories: categories,
  FileUpload: fileUpload,
}

/** To be asked of a value that fits its schema. */
export function disagreements(schema: Schema, value: unknown, where: string): string[] {
  const agreement = schema.$ref === undefined ? undefined : agreements[schema.$ref]
  return agreement ? agreement(value as never, where) : []
}
