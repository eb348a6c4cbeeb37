/**
 * Every error that a caller can see: its code, HTTP status, the id under which Mattermost clients know it, and the
 * sentence. `{field}` and other names in braces are filled from the error's details.
 */
export interface ErrorEntry {
  readonly status: number
  /** Error id of Mattermost's API that means the same. */
  readonly mattermostId: string
  readonly sentence: string
}

const entry = (status: number, mattermostId: string, sentence: string): ErrorEntry => ({ status, mattermostId, sentence })

export const errorTable = {
  // What came over the wire
  invalid_input: entry(400, 'api.context.invalid_body_param.app_error', 'The field {field} is not valid: {reason}.'),
  invalid_address_part: entry(400, 'api.context.invalid_url_param.app_error', 'The part {field} of the address is not valid: {reason}.'),
  not_json: entry(400, 'api.context.invalid_body_param.app_error', 'The body is not JSON: {reason}.'),
  body_too_large: entry(413, 'api.context.request_body_too_large.app_error', 'The body is larger than {limitBytes} bytes.'),
  address_too_long: entry(414, 'basic_security_check.url.too_long_error', 'The address is longer than {limitBytes} bytes.'),
  body_too_slow: entry(408, 'api.context.invalid_body_param.app_error', 'The body did not come in time.'),
  unsupported_media_type: entry(415, 'api.context.invalid_body_param.app_error', 'The content type {contentType} is not understood here.'),
  unknown_operation: entry(404, 'api.context.404.app_error', 'There is no operation at this address.'),
  method_not_allowed: entry(405, 'api.context.404.app_error', 'This operation does not answer to {method}.'),
  not_implemented: entry(501, 'api.context.not_implemented.app_error', 'This server does not offer {operation}.'),
  format_missing: entry(400, 'api.license.client.old_format.app_error', 'The address must ask for format=old.'),
  not_a_websocket: entry(400, 'api.web_socket.connect.upgrade.app_error', 'This address is for websockets: ask with an upgrade.'),
  range_not_satisfiable: entry(416, 'api.file.get_file.range.app_error', 'The requested range lies outside the file.'),
  not_a_socket: entry(400, 'api.context.invalid_body_param.app_error', 'This is asked over a websocket of the native API.'),
  // Who asks
  not_signed_in: entry(401, 'api.context.session_expired.app_error', 'Sign in first: there is no session, or it has ended.'),
  forgery_suspected: entry(401, 'api.context.session_expired.app_error', 'A request with a cookie needs the header X-CSRF-Token or X-Requested-With.'),
  token_in_address: entry(401, 'api.context.token_provided.app_error', 'A session token is not accepted in the address.'),
  wrong_credentials: entry(401, 'api.user.login.invalid_credentials_email_username', 'The name or the password is wrong.'),
  password_missing: entry(400, 'api.user.login.blank_pwd.app_error', 'The password is missing.'),
  wrong_password: entry(401, 'api.user.check_user_password.invalid.app_error', 'The password is wrong.'),
  email_not_verified: entry(401, 'api.user.login.not_verified.app_error', 'Confirm your e-mail address first: a link was mailed to it.'),
  account_inactive: entry(401, 'api.user.login.inactive.app_error', 'This account has been deactivated.'),
  bot_cannot_sign_in: entry(401, 'api.user.login.bot_login_forbidden.app_error', 'A bot signs in with a token, not with a password.'),
  too_many_attempts: entry(401, 'api.user.check_user_login_attempts.too_many.app_error', 'Too many failed attempts. Try again in {retryAfterSeconds} s.'),
  rate_limited: entry(429, 'api.context.rate_limited.app_error', 'Too many requests. Try again in {retryAfterSeconds} s.'),
  too_many_sockets: entry(429, 'api.context.rate_limited.app_error', 'An account has at most {maximum} websockets at once.'),
  too_many_uploads: entry(429, 'api.context.rate_limited.app_error', 'An account uploads at most {maximum} at once. Try again in {retryAfterSeconds} s.'),
  quota_reached: entry(400, 'api.context.invalid_body_param.app_error', 'An account keeps at most {maximum} {things}: remove some first.'),
  permission_missing: entry(403, 'api.context.permissions.app_error', 'You do not have the permission {permission}.'),
  permission_unknown: entry(400, 'api.context.invalid_body_param.app_error', 'There is no permission {permission}.'),
  // What it is about
  not_found: entry(404, 'api.context.404.app_error', 'There is no such {noun}.'),
  user_not_found: entry(404, 'app.user.missing_account.const', 'There is no such user.'),
  team_not_found: entry(404, 'app.team.get.find.app_error', 'There is no such team.'),
  team_member_not_found: entry(404, 'app.team.get_member.missing.app_error', 'This user is not a member of the team.'),
  team_icon_not_found: entry(404, 'api.team.get_team_icon.read_file.app_error', 'This team has no picture.'),
  channel_not_found: entry(404, 'app.channel.get.existing.app_error', 'There is no such channel.'),
  channel_member_not_found: entry(404, 'app.channel.get_member.missing.app_error', 'This user is not a member of the channel.'),
  post_not_found: entry(404, 'app.post.get.app_error', 'There is no such post.'),
  thread_not_found: entry(404, 'app.user.get_thread_membership_for_user.not_found', 'There is no such thread.'),
  revision_not_found: entry(404, 'app.post.restore_post_version.get_single.app_error', 'This post never said that.'),
  file_not_found: entry(404, 'app.file_info.get.app_error', 'There is no such file.'),
  emoji_not_found: entry(404, 'app.emoji.get.no_result', 'There is no such emoji.'),
  session_not_found: entry(400, 'app.session.get.app_error', 'There is no such session.'),
  category_not_found: entry(404, 'app.channel.sidebar_categories.app_error', 'There is no such category.'),
  category_is_standard: entry(400, 'app.channel.sidebar_categories.app_error', 'The standard categories cannot be deleted.'),
  category_order_incomplete: entry(400, 'app.channel.sidebar_categories.app_error', 'The order must name every category of the sidebar once.'),
  too_many_categories: entry(400, 'app.channel.sidebar_categories.app_error', 'A sidebar has at most {maximum} categories.'),
  preference_not_found: entry(404, 'app.preference.get.app_error', 'There is no such preference.'),
  role_not_found: entry(404, 'app.role.get_by_name.app_error', 'There is no such role.'),
  role_fixed: entry(400, 'api.roles.patch_roles.not_allowed_permission.error', 'The permission {permission} of the role {role} cannot be changed.'),
  // Accounts
  sign_up_closed: entry(403, 'api.user.create_user.no_open_server', 'This server takes new accounts by invitation only.'),
  username_taken: entry(400, 'app.user.save.username_exists.app_error', 'This user name is taken.'),
  email_taken: entry(400, 'app.user.save.email_exists.app_error', 'There is an account with this e-mail address already.'),
  username_invalid: entry(400, 'model.user.is_valid.username.app_error', 'A user name has 3 to 64 characters: lower-case letters, digits, dots, hyphens, underscores, beginning with a letter.'),
  email_invalid: entry(400, 'model.user.is_valid.email.app_error', 'This is not an e-mail address.'),
  email_domain_refused: entry(400, 'api.user.create_user.accepted_domain.app_error', 'Accounts here need an e-mail address of an accepted domain.'),
  password_too_short: entry(400, 'model.user.is_valid.pwd_min_length.app_error', 'A password has at least {minimum} characters.'),
  password_too_long: entry(400, 'model.user.is_valid.pwd_max_length.app_error', 'A password has at most {maximumBytes} bytes.'),
  password_too_weak: entry(400, 'model.user.is_valid.pwd.app_error', 'This password is too weak: {reason}.'),
  roles_invalid: entry(400, 'api.user.update_user_roles.app_error', 'These roles cannot be given: {reason}.'),
  already_guest: entry(501, 'api.user.demote_user_to_guest.already_guest.app_error', 'This account is a guest already.'),
  not_a_guest: entry(501, 'api.user.promote_guest_to_user.no_guest.app_error', 'This account is not a guest.'),
  // 400 and not 401, which would sign clients out
  reset_link_invalid: entry(403, 'api.user.reset_password.invalid_link.app_error', 'This link was used, is too old or is wrong.'),
  current_password_wrong: entry(400, 'api.user.update_password.incorrect.app_error', 'The present password is wrong.'),
  verification_link_invalid: entry(400, 'api.user.verify_email.bad_link.app_error', 'This link was used, is too old or is wrong.'),
  bot_has_no_password: entry(400, 'api.user.update_password.oauth.app_error', 'A bot has no password: it signs in with a token.'),
  sign_up_link_invalid: entry(400, 'api.user.create_user.signup_link_invalid.app_error', 'This link for signing up is not valid any more.'),
  access_tokens_disabled: entry(501, 'app.user_access_token.disabled', 'Personal access tokens are switched off on this server.'),
  access_token_not_found: entry(404, 'app.user_access_token.get_by_user.app_error', 'There is no such personal access token.'),
  last_admin: entry(400, 'app.user.demote_last_admin.app_error', 'The last system admin cannot be deactivated or lose that role.'),
  // Mails
  mail_off: entry(501, 'api.team.invite_members.unable_to_send_email_with_defaults.app_error', 'This server sends no mails: no mail server is set up.'),
  mailed_invitations_off: entry(501, 'api.team.invite_members.disabled.app_error', 'This server mails no invitations: share the invitation link of the team.'),
  mail_failed: entry(502, 'api.admin.test_email.body', 'The mail server did not take the mail: {reason}.'),
  too_many_mails: entry(429, 'api.context.rate_limited.app_error', 'Too many mails have been asked for. Try again in {retryAfterSeconds} s.'),
  // Teams
  team_name_taken: entry(400, 'app.team.save_member.save.app_error', 'A team with this name exists already.'),
  team_name_invalid: entry(400, 'model.team.is_valid.characters.app_error', 'A team name has 2 to 64 characters: lower-case letters, digits and hyphens, beginning with a letter, and is not reserved.'),
  invitation_invalid: entry(404, 'api.team.add_user_to_team_from_invite.invalid.app_error', 'This invitation is not valid any more.'),
  invitation_refuses_guests: entry(403, 'api.team.add_user_to_team_from_invite.guest.app_error', 'Guests cannot join a team by its invitation link.'),
  team_refuses_domain: entry(400, 'api.team.join_user_to_team.allowed_domains.app_error', 'This team takes only e-mail addresses of certain domains.'),
  team_full: entry(400, 'app.team.join_user_to_team.max_accounts.app_error', 'This team has as many members as it may have.'),
  // Channels
  channel_name_taken: entry(400, 'store.sql_channel.save_channel.exists.app_error', 'A channel with this name exists in the team already.'),
  channel_name_taken_on_update: entry(400, 'store.sql_channel.update.exists.app_error', 'A channel with this name exists in the team already.'),
  channel_name_invalid: entry(400, 'model.channel.is_valid.1_or_more.app_error', 'A channel name has 1 to 64 characters: lower-case letters, digits, hyphens and underscores.'),
  channel_display_name_invalid: entry(400, 'model.channel.is_valid.display_name.app_error', 'The name shown for a channel has 1 to 64 characters.'),
  channel_header_too_long: entry(400, 'model.channel.is_valid.header.app_error', 'A channel header has at most 1024 characters.'),
  channel_purpose_too_long: entry(400, 'model.channel.is_valid.purpose.app_error', 'A channel purpose has at most 250 characters.'),
  channel_archived: entry(400, 'api.channel.update_channel.deleted.app_error', 'This channel is archived.'),
  channel_not_archived: entry(400, 'api.channel.restore_channel.restored.app_error', 'This channel is not archived.'),
  channel_is_default: entry(400, 'api.channel.delete_channel.cannot.app_error', 'The channel {name} belongs to every team: nobody can leave, archive or make it private.'),
  channel_type_refuses: entry(400, 'api.channel.patch_update_channel.forbidden.app_error', 'This cannot be done in a channel of this type.'),
  direct_channel_invalid: entry(400, 'api.channel.create_direct_channel.invalid_user.app_error', 'A direct channel is between two accounts that exist.'),
  group_size_invalid: entry(400, 'api.channel.create_group.bad_size.app_error', 'A group has 3 to 8 members.'),
  user_not_in_team: entry(400, 'api.channel.add_user.to.channel.failed.deleted.app_error', 'This user is not a member of the team.'),
  // Posts
  message_too_long: entry(400, 'model.post.is_valid.message_length.app_error', 'A message has at most {maximum} characters.'),
  message_empty: entry(400, 'api.post.create_post.empty.app_error', 'A post needs text or a file.'),
  props_too_large: entry(400, 'model.post.is_valid.props.app_error', 'The props of a post have at most {maximum} characters.'),
  root_invalid: entry(400, 'api.post.create_post.root_id.app_error', 'The post that is answered does not exist, is deleted, is a reply itself or stands in another channel.'),
  can_not_post_to_archived: entry(400, 'api.post.create_post.can_not_post_to_deleted.error', 'Nobody can post to an archived channel.'),
  post_type_reserved: entry(400, 'api.context.invalid_body_param.app_error', 'The field type is not valid: system types are reserved.'),
  post_type_of_plugin: entry(403, 'api.post.type_of_plugin.app_error', 'Posts of the type {type} belong to the plugin {plugin}: only it writes and changes them.'),
  post_kind_mismatch: entry(400, 'api.context.invalid_body_param.app_error', 'A post of the type {type} cannot be so: {reason}.'),
  edit_window_closed: entry(400, 'api.post.update_post.permissions_time_limit.app_error', 'The time in which this post could be edited is over.'),
  system_post_fixed: entry(400, 'api.post.update_post.system_message.app_error', 'A system message cannot be edited.'),
  too_many_files: entry(400, 'api.post.create_post.files.app_error', 'A post has at most {maximum} files.'),
  reaction_limit_reached: entry(400, 'app.reaction.save.save.too_many_reactions', 'This post has as many different reactions as it may have.'),
  // Files and emoji
  file_too_large: entry(413, 'api.file.upload_file.too_large_detailed.app_error', 'The file is larger than {limitBytes} bytes.'),
  file_empty: entry(400, 'api.file.upload_file.read_request.app_error', 'The upload holds no file.'),
  file_belongs_elsewhere: entry(400, 'api.post.create_post.files.app_error', 'A file in this post was uploaded by someone else, for another channel, or is used already.'),
  upload_not_found: entry(404, 'app.upload.get.app_error', 'There is no such upload, or its file is complete.'),
  upload_moved_on: entry(400, 'app.upload.upload_data.concurrent.app_error', 'Another request has added to this upload: ask where it stands.'),
  public_links_off: entry(403, 'api.file.get_public_link.disabled.app_error', 'This server gives no public links to files.'),
  no_preview: entry(400, 'api.file.get_file_preview.no_preview.app_error', 'This file has no preview.'),
  no_thumbnail: entry(400, 'api.file.get_file_thumbnail.no_thumbnail.app_error', 'This file has no thumbnail.'),
  image_invalid: entry(400, 'api.user.upload_profile_user.decode.app_error', 'This is not an image that can be read.'),
  image_too_large: entry(413, 'api.user.upload_profile_user.too_large.app_error', 'The image is too large.'),
  emoji_name_invalid: entry(400, 'model.emoji.name.app_error', 'An emoji name has 1 to 64 characters: lower-case letters, digits, hyphens, underscores and plus signs.'),
  emoji_name_taken: entry(400, 'api.emoji.create.duplicate.app_error', 'An emoji with this name exists already.'),
  emoji_name_reserved: entry(400, 'model.emoji.system_emoji_name.app_error', 'There is a standard emoji with this name.'),
  emoji_image_invalid: entry(400, 'api.emoji.upload.image.app_error', 'An emoji is a png, gif, jpeg or webp image.'),
  emoji_too_large: entry(413, 'api.emoji.create.too_large.app_error', 'An emoji image has at most 512 KiB.'),
  // Plugins
  plugin_unavailable: entry(503, 'model.plugin_command_crash.error.app_error', 'The plugin {plugin} is not available right now. Try again in {retryAfterSeconds} s.'),
  plugin_failed: entry(500, 'model.plugin_command.error.app_error', 'The plugin {plugin} failed.'),
  plugin_not_found: entry(404, 'app.plugin.not_installed.app_error', 'There is no plugin {plugin}.'),
  plugin_not_enabled: entry(404, 'app.plugin.disabled.app_error', 'The plugin {plugin} is not enabled.'),
  plugin_route_not_found: entry(404, 'api.context.404.app_error', 'The plugin {plugin} has nothing at this address.'),
  panel_not_found: entry(404, 'api.context.404.app_error', 'The plugin {plugin} has no panel {panel} there.'),
  plugin_action_not_found: entry(404, 'api.context.404.app_error', 'The plugin {plugin} has no action {action}.'),
  plugin_hook_not_found: entry(404, 'api.context.404.app_error', 'The plugin {plugin} has no {kind} on {operation}.'),
  plugin_incomplete: entry(409, 'app.plugin.manifest.app_error', 'The plugin {plugin} cannot be enabled: {reason}.'),
  package_unreadable: entry(400, 'app.plugin.extract.app_error', 'This is no package of a plugin: {reason}.'),
  package_too_large: entry(413, 'app.plugin.extract.app_error', 'The package is too large: {reason}.'),
  package_name_refused: entry(400, 'app.plugin.extract.app_error', 'The package holds {name}, which is refused: {reason}.'),
  package_altered: entry(400, 'app.plugin.extract.app_error', 'The package is not as it was packed: {reason}.'),
  package_invalid: entry(400, 'app.plugin.manifest.app_error', 'The package cannot be taken: {reason}.'),
  package_unsigned: entry(400, 'api.plugin.verify_plugin.app_error', 'The package is not signed. Who wants it all the same must say so.'),
  package_signature_wrong: entry(400, 'api.plugin.verify_plugin.app_error', 'The signature of the package is wrong.'),
  package_signer_unknown: entry(400, 'api.plugin.verify_plugin.app_error', 'The package is {plugin} {version}, signed by {signer}, whom this server does not trust. Who wants it all the same names that signer.'),
  plugin_installed_already: entry(409, 'app.plugin.install_id.app_error', 'The plugin {plugin} is installed already: upgrade it.'),
  plugin_of_release: entry(409, 'app.plugin.remove.app_error', 'The plugin {plugin} came with the release: it is disabled or enabled, and changes with the release.'),
  plugin_development_off: entry(403, 'app.plugin.disabled.app_error', 'This server takes no plugins that are being written; ROOKERY_PLUGINS_DEVELOPMENT=true allows it, where nothing depends on the server.'),
  plugin_in_trash: entry(409, 'app.plugin.install_id.app_error', 'The trash holds data of a plugin {plugin} that somebody else signed: restore it, or empty the trash.'),
  plugin_modified: entry(409, 'app.plugin.manifest.app_error', 'The files of the plugin {plugin} are not those that were installed: upgrade it with its package.'),
  plugin_revoked: entry(409, 'app.plugin.manifest.app_error', 'The plugin {plugin} does not run here: {reason}.'),
  plugin_version_older: entry(409, 'app.plugin.install_id.app_error', 'Version {version} of the plugin {plugin} is older than {present}, which is here. Who wants it all the same must say so.'),
  plugin_command_taken: entry(409, 'app.plugin.install.app_error', 'The plugin {plugin} brings the command /{trigger}, which the plugin {other} has: only one of them can be enabled.'),
  plugin_upgrade_failed: entry(409, 'app.plugin.activate.app_error', 'Version {version} of the plugin {plugin} did not work, so everything is as it was before: {reason}.'),
  plugin_upgrade_waits: entry(409, 'app.plugin.install.app_error', 'Version {version} of the plugin {plugin} asks for more than it has: it waits for consent, and the present version runs on.'),
  plugin_upgrade_not_found: entry(404, 'app.plugin.not_installed.app_error', 'No such version of the plugin {plugin} waits for consent.'),
  consent_missing: entry(409, 'app.plugin.install.app_error', 'The plugin {plugin} cannot do without {capability}: consent to it first.'),
  capability_not_requested: entry(400, 'api.context.invalid_body_param.app_error', 'The plugin {plugin} does not ask for {capability}.'),
  capability_denied: entry(403, 'api.context.permissions.app_error', 'This plugin may not do this: it was not given {capability}.'),
  plugin_over_quota: entry(429, 'api.context.rate_limit.app_error', 'This plugin has used up its {quota}. Try again in {retryAfterSeconds} s.'),
  mandate_over: entry(403, 'api.context.permissions.app_error', 'This plugin may not act in that name any more.'),
  only_for_plugins: entry(403, 'api.context.permissions.app_error', 'Only plugins keep data of their own there.'),
  invocation_over: entry(400, 'api.context.invalid_body_param.app_error', 'The invocation from which this was asked is over: await your calls.'),
  refused_by_plugin: entry(400, 'api.post.create_post.rejected_by_plugin.app_error', '{reason}'),
  // Clients say nothing of it and take the draft away.
  dismissed_by_plugin: entry(400, 'plugin.message_will_be_posted.dismiss_post', 'A plugin took this in, and there is nothing to show.'),
  plugin_timed_out: entry(504, 'model.plugin_command.error.app_error', 'The plugin {plugin} did not answer in time.'),
  plugin_storage_full: entry(507, 'api.context.server_busy.app_error', 'This plugin has used up its {quota}.'),
  plugin_file_not_found: entry(404, 'api.context.404.app_error', 'The plugin keeps no file of this name.'),
  secret_unreadable: entry(500, 'api.context.internal.app_error', 'This was sealed with another key than the one that this server has now.'),
  plugin_database_unavailable: entry(503, 'api.context.server_busy.app_error', 'Plugins can have no tables in this database: {reason}. Whoever administers it runs once: {sql}'),
  plugin_migration_failed: entry(409, 'app.plugin.manifest.app_error', 'The migration {migration} of the plugin {plugin} failed: {reason}.'),
  statement_refused: entry(400, 'api.context.invalid_body_param.app_error', 'A plugin may not run this statement: {reason}.'),
  statement_failed: entry(400, 'api.context.invalid_body_param.app_error', 'The database did not take the statement: {reason}.'),
  statement_conflict: entry(409, 'api.context.invalid_body_param.app_error', 'The statement breaks {constraint}.'),
  statement_timed_out: entry(504, 'api.context.server_busy.app_error', 'The statement took longer than {limitMs} milliseconds.'),
  transaction_over: entry(409, 'api.context.invalid_body_param.app_error', 'This transaction is over: {reason}.'),
  host_not_allowed: entry(403, 'api.context.permissions.app_error', 'This server sends nothing to {host} here: {reason}.'),
  request_failed: entry(502, 'api.context.server_busy.app_error', 'The request to {host} failed: {reason}.'),
  contract_not_provided: entry(400, 'api.context.invalid_body_param.app_error', 'The plugin {plugin} does not carry out {contract}.'),
  // Buttons and dialogs
  action_not_found: entry(404, 'api.post.do_action.action_id.app_error', 'This post has no such button or menu.'),
  action_stale: entry(400, 'api.post.do_action.action_integration.app_error', 'This button belongs to another post.'),
  integration_failed: entry(400, 'api.post.do_action.action_integration.app_error', 'What this is connected to did not answer as it should: {reason}.'),
  trigger_over: entry(400, 'interactive_message.decode_trigger_id.expired', 'A dialog can only be opened within {seconds} seconds of what somebody did.'),
  // Features that plugins carry out
  feature_unavailable: entry(501, 'api.context.not_implemented.app_error', 'This feature is off: no plugin carries out {feature}.'),
  command_malformed: entry(400, 'api.command.execute_command.start.app_error', 'A command begins with a slash.'),
  command_unknown: entry(404, 'api.command.execute_command.not_found.app_error', 'There is no command /{trigger}. To write a message that begins with a slash, put a blank before it.'),
  command_failed: entry(502, 'api.command.execute_command.failed.app_error', 'The command /{trigger} failed: {reason}.'),
  command_not_found: entry(404, 'store.sql_command.save.get.app_error', 'There is no such command.'),
  command_trigger_taken: entry(400, 'api.command.duplicate_trigger.app_error', 'The command /{trigger} is taken.'),
  command_trigger_invalid: entry(400, 'model.command.is_valid.trigger.app_error', 'The word of a command has 1 to 128 characters, no blanks and no slash at its beginning.'),
  command_url_invalid: entry(400, 'model.command.is_valid.url_http.app_error', 'A command is carried out at an address that begins with http:// or https://.'),
  command_team_fixed: entry(400, 'api.command.team_mismatch.app_error', 'A command changes its team by being moved.'),
  command_creator_refused: entry(400, 'api.command.move_command.creator_no_permission.app_error', 'Whoever made this command may not have it in that team.'),
  too_many_commands: entry(400, 'api.context.invalid_body_param.app_error', 'A team has at most {maximum} custom commands.'),
  custom_status_invalid: entry(400, 'api.custom_status.set_custom_statuses.emoji_not_found', 'This cannot be a custom status: {reason}.'),
  // The server itself
  setting_unknown: entry(400, 'api.context.invalid_body_param.app_error', 'There is no setting {field}.'),
  setting_invalid: entry(400, 'api.context.invalid_body_param.app_error', 'The setting {field} cannot have this value: {reason}.'),
  setting_read_only: entry(400, 'api.context.invalid_body_param.app_error', 'The setting {field} is set by the environment of the server.'),
  unavailable: entry(503, 'api.context.server_busy.app_error', 'The server cannot do this right now. Try again in {retryAfterSeconds} s.'),
  internal: entry(500, 'api.context.internal.app_error', 'Something went wrong in the server. The log has more under {requestId}.'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorTable

export type ErrorDetails = Readonly<Record<string, string | number | boolean>>

/** The one error that handlers throw and doors translate. Its message is safe to show to the caller. */
export class RookeryError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  override readonly name = 'RookeryError'

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    const told = withinSentence(code, details)
    super(errorSentence(code, told), options)
    this.code = code
    this.details = told
  }

  get status(): number { return errorTable[this.code].status }
}

/** Where a reason ends a sentence it may be that of another error, which brings a full stop along. */
function withinSentence(code: ErrorCode, details: ErrorDetails): ErrorDetails {
  const { reason } = details
  return typeof reason === 'string' && /[^.]\.$/.test(reason) && errorTable[code].sentence.includes('{reason}.') ? { ...details, reason: reason.slice(0, -1) } : details
}

/** The sentence of an error with its details filled in. */
export function errorSentence(code: ErrorCode, details: ErrorDetails): string {
  return errorTable[code].sentence.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole))
}

/** How the native doors tell an error. */
export interface ErrorAnswer {
  readonly error: { readonly code: ErrorCode, readonly message: string, readonly details: ErrorDetails, readonly requestId: string }
}
