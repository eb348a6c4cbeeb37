import type { Post } from '@rookery/sdk/protocol'

export interface PermalinkPreview { readonly post: Post, readonly channelName: string, readonly to: string }

/** Posts that a message links to, as far as its reader may see them. Conversations belong to no team: they open in that with this name. */
export function previewsOf({ embeds }: Pick<Post, 'embeds'>, teamName: string): PermalinkPreview[] {
  return embeds.flatMap((embed) => {
    const post = embed['type'] === 'permalink' ? embed['post'] as Post | undefined : undefined
    if (!post) return []
    return [{ post, channelName: String(embed['channelDisplayName'] ?? ''), to: `/${String(embed['teamName'] || teamName)}/pl/${post.id}` }]
  })
}
