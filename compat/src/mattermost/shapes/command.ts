import type { Command, CommandOutcome, CommandSuggestion } from '@rookery/sdk/protocol'

/** A slash command as API v4 shows it. */
export const commandShape = (command: Command) => ({
  id: command.id,
  token: command.token,
  create_at: command.createAt,
  update_at: command.updateAt,
  delete_at: command.deleteAt,
  creator_id: command.creatorId,
  team_id: command.teamId,
  trigger: command.trigger,
  method: command.method.slice(0, 1),
  username: command.username,
  icon_url: command.iconUrl,
  auto_complete: command.isSuggested,
  auto_complete_desc: command.suggestionDescription,
  auto_complete_hint: command.suggestionHint,
  display_name: command.displayName,
  description: command.description,
  url: command.url,
  ...(command.pluginId !== '' && { plugin_id: command.pluginId }),
})

export const commandOutcomeShape = (outcome: CommandOutcome) => ({
  response_type: outcome.kind === 'inChannel' ? 'in_channel' : 'ephemeral',
  text: outcome.text,
  username: outcome.username,
  channel_id: '',
  icon_url: outcome.iconUrl,
  type: outcome.postType,
  props: Object.keys(outcome.props).length > 0 ? outcome.props : null,
  goto_location: outcome.goToLocation,
  trigger_id: outcome.triggerId,
  skip_slack_parsing: false,
  attachments: outcome.attachments.length > 0 ? outcome.attachments : null,
  extra_responses: null,
})

/** Clients read these keys with capitals. */
export const suggestionShape = ({ complete, suggestion, hint, description, icon }: CommandSuggestion) => ({
  Complete: complete, Suggestion: suggestion, Hint: hint, Description: description, IconData: icon,
})
