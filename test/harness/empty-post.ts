/**
 * All that a row of posts may leave empty, as JSON: the table itself has no defaults (migrations/0003_chat.sql). Used as
 * `insert into posts select p.* from jsonb_populate_record(null::posts, ${emptyPost}::jsonb || jsonb_build_object('id', …)) p`.
 */
export const emptyPost = JSON.stringify({
  edit_at: 0, delete_at: 0, delete_by: '', is_pinned: false, root_id: '', message: '', type: '', props: {}, plugin_props: {}, hashtags: '',
  file_ids: [], pending_post_id: '', has_reactions: false, mentions_everybody: false, embeds: [],
})
