import type { Post, User } from '@rookery/sdk/protocol'

export interface Author {
  readonly name: string
  readonly isBot: boolean
  /** Of an integration that posts in another's name. */
  readonly picture: string | undefined
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** Who a post is shown as: integrations may give it another name and picture, and are marked as such. */
export function authorOf({ props }: Pick<Post, 'props'>, user: Pick<User, 'isBot'> | undefined, name: string): Author {
  const isOfIntegration = props['from_webhook'] === 'true' || props['from_bot'] === 'true' || props['from_plugin'] === 'true'
  const picture = textOf(props['override_icon_url'])
  return {
    name: (isOfIntegration && textOf(props['override_username'])) || name, isBot: isOfIntegration || user?.isBot === true,
    picture: isOfIntegration && /^https?:\/\/[^/]/i.test(picture) ? picture : undefined,
  }
}
