-- Stores a batch of posts in one round trip: per post a verdict, its rows, counters, mentions, thread and event.
--
-- Input is an array of objects (see kernel/src/chat/post-batch.ts, PendingPost). Channels are locked in the order of
-- their ids, so batches on several nodes cannot deadlock; under that lock membership, archive state, root and files
-- are looked at again, and every post gets a moment after the one before it.
create function append_posts(batch jsonb, now_at bigint)
returns table (place integer, verdict text, payload jsonb)
language plpgsql as $$
declare
  p record;
  c record;
  r record;
  t record;
  existing text;
  moment bigint;
  is_root boolean;
  counts boolean;
  mentioned text[];
  followers jsonb;
  post_value jsonb;
  file_values jsonb;
  reply_total integer;
  attached integer;
begin
  perform 1 from channels
    -- As an array: joined to an unnest of unknown size, the planner reads every channel in the order of its index.
    where id = any (array(select value ->> 'channelId' from jsonb_array_elements(batch)))
    order by id for no key update;

  for p in
    select * from jsonb_to_recordset(batch) as x(
      "place" integer, "id" text, "channelId" text, "userId" text, "rootId" text, "message" text, "type" text,
      "props" jsonb, "hashtags" text, "fileIds" text[], "pendingPostId" text, "isPinned" boolean, "isTrusted" boolean,
      "countsAsUnread" boolean, "marksViewed" boolean, "mentionsEverybody" boolean, "hereUserIds" text[],
      "mentionWords" text[], "embeds" jsonb, "createAt" bigint)
    order by 1
  loop
    place := p.place; payload := null;

    if p."pendingPostId" <> '' then
      -- The last condition says what the partial index wants to hear: without it this is a scan of all posts.
      select id into existing from posts
        where user_id = p."userId" and pending_post_id = p."pendingPostId" and pending_post_id <> '';
      if found then
        verdict := 'duplicate'; payload := to_jsonb(existing); return next; continue;
      end if;
    end if;

    select ch.*, u.username as author_name into c
      from channels ch left join users u on u.id = p."userId" where ch.id = p."channelId";
    if not found then verdict := 'channel_not_found'; return next; continue; end if;
    if c.delete_at > 0 and not p."isTrusted" then verdict := 'can_not_post_to_archived'; return next; continue; end if;
    if not p."isTrusted" and not exists (
      select 1 from channel_members where channel_id = p."channelId" and user_id = p."userId") then
      verdict := 'permission_missing'; return next; continue;
    end if;

    is_root := p."rootId" = '';
    if not is_root then
      select id, user_id, channel_id, root_id, delete_at, create_at into r from posts where id = p."rootId";
      if not found or r.delete_at > 0 or r.root_id <> '' or r.channel_id <> p."channelId" then
        verdict := 'root_invalid'; return next; continue;
      end if;
    end if;

    if cardinality(p."fileIds") > 0 then
      select count(*) into attached from files
        where id = any (p."fileIds") and user_id = p."userId" and channel_id = p."channelId" and post_id = '' and delete_at = 0;
      if attached <> cardinality(p."fileIds") then verdict := 'file_belongs_elsewhere'; return next; continue; end if;
    end if;

    moment := greatest(coalesce(p."createAt", now_at), c.last_create_at + 1);
    insert into posts (id, create_at, update_at, is_pinned, user_id, channel_id, root_id, message, type, props,
                       hashtags, file_ids, pending_post_id, mentions_everybody, embeds)
    values (p."id", moment, moment, p."isPinned", p."userId", p."channelId", p."rootId", p."message", p."type", p."props",
            p."hashtags", p."fileIds", p."pendingPostId", p."mentionsEverybody", p."embeds")
    on conflict (user_id, pending_post_id) where pending_post_id <> '' do nothing;
    if not found then
      select id into existing from posts
        where user_id = p."userId" and pending_post_id = p."pendingPostId" and pending_post_id <> '';
      verdict := 'duplicate'; payload := to_jsonb(existing); return next; continue;
    end if;

    file_values := '[]'::jsonb;
    if cardinality(p."fileIds") > 0 then
      update files set post_id = p."id", update_at = moment where id = any (p."fileIds");
      select coalesce(jsonb_agg(file_value(f) order by array_position(p."fileIds", f.id)), '[]') into file_values
        from files f where f.id = any (p."fileIds");
    end if;

    -- Who is mentioned: everybody else in direct and group channels, else members whose keywords stand in the text.
    if c.type in ('D', 'G') then
      select coalesce(array_agg(user_id), '{}') into mentioned from channel_members
        where channel_id = p."channelId" and user_id <> p."userId";
    elsif cardinality(p."mentionWords") > 0 or cardinality(p."hereUserIds") > 0 then
      select coalesce(array_agg(distinct m.user_id), '{}') into mentioned from (
          select k.user_id from mention_keywords k where k.keyword = any (p."mentionWords")
          union
          select k.user_id from mention_keywords k where k.is_substring
            and strpos(case when k.is_case_sensitive then p."message" else lower(p."message") end, k.keyword) > 0
          union
          select unnest(p."hereUserIds")
        ) k join channel_members m on m.channel_id = p."channelId" and m.user_id = k.user_id
        where m.user_id <> p."userId";
    else
      mentioned := '{}';
    end if;

    counts := p."countsAsUnread";
    update channels set
        last_create_at = moment,
        last_post_at = case when counts then moment else last_post_at end,
        last_root_post_at = case when counts and is_root then moment else last_root_post_at end,
        total_msg_count = total_msg_count + counts::int,
        total_msg_count_root = total_msg_count_root + (counts and is_root)::int,
        broadcast_count = broadcast_count + p."mentionsEverybody"::int,
        broadcast_count_root = broadcast_count_root + (p."mentionsEverybody" and is_root)::int
      where id = p."channelId"
      returning * into c;

    if cardinality(mentioned) > 0 then
      -- Whom a broadcast reaches anyway is counted once.
      update channel_members set
          mention_count = mention_count + 1,
          mention_count_root = mention_count_root + is_root::int
        where channel_id = p."channelId" and user_id = any (mentioned)
          and not (p."mentionsEverybody" and counts_broadcast);
      insert into post_mentions (post_id, user_id, channel_id, create_at, is_root)
        select p."id", unnest(mentioned), p."channelId", moment, is_root;
    end if;

    -- The author has read what it answers to; a reply leaves the channel as it was but for its own share.
    if p."marksViewed" and is_root then
      update channel_members set
          last_viewed_at = moment, msg_count = c.total_msg_count, msg_count_root = c.total_msg_count_root,
          mention_count = 0, mention_count_root = 0,
          broadcast_seen = c.broadcast_count, broadcast_seen_root = c.broadcast_count_root
        where channel_id = p."channelId" and user_id = p."userId";
    elsif p."marksViewed" then
      update channel_members set
          msg_count = msg_count + counts::int,
          broadcast_seen = broadcast_seen + p."mentionsEverybody"::int
        where channel_id = p."channelId" and user_id = p."userId";
    end if;

    reply_total := 0; followers := '[]'::jsonb;
    if not is_root then
      insert into threads (post_id, channel_id, team_id, reply_count, last_reply_at, participants)
        values (p."rootId", p."channelId", c.team_id, 1, moment, array[p."userId"])
        on conflict (post_id) do update set
          reply_count = threads.reply_count + 1, last_reply_at = moment,
          participants = array_append(array_remove(threads.participants, p."userId"), p."userId")
        returning * into t;
      reply_total := t.reply_count;
      update posts set update_at = moment where id = p."rootId";
      -- The author of the root follows from the first reply on, unless it said otherwise.
      if r.user_id <> p."userId" and t.reply_count = 1 then
        insert into thread_members (post_id, user_id, last_update_at)
          select p."rootId", r.user_id, moment
          where exists (select 1 from channel_members where channel_id = p."channelId" and user_id = r.user_id)
          on conflict do nothing;
      end if;
      insert into thread_members (post_id, user_id, last_viewed_at, last_update_at, seen_replies)
        values (p."rootId", p."userId", moment, moment, t.reply_count)
        on conflict (post_id, user_id) do update set
          is_following = true, last_viewed_at = moment, last_update_at = moment, seen_replies = t.reply_count, unread_mentions = 0;
      if cardinality(mentioned) > 0 then
        insert into thread_members (post_id, user_id, last_update_at, unread_mentions)
          select p."rootId", unnest(mentioned), moment, 1
          on conflict (post_id, user_id) do update set
            is_following = true, last_update_at = moment, unread_mentions = thread_members.unread_mentions + 1;
      end if;
      select coalesce(jsonb_agg(jsonb_build_object('userId', tm.user_id, 'lastViewedAt', tm.last_viewed_at,
               'unreadReplies', greatest(t.reply_count - tm.seen_replies, 0), 'unreadMentions', tm.unread_mentions,
               'isMentioned', tm.user_id = any (mentioned))), '[]')
        into followers from thread_members tm where tm.post_id = p."rootId" and tm.is_following;
    end if;

    post_value := jsonb_build_object(
      'id', p."id", 'createAt', moment, 'updateAt', moment, 'editAt', 0, 'deleteAt', 0, 'isPinned', p."isPinned",
      'userId', p."userId", 'channelId', p."channelId", 'rootId', p."rootId", 'message', p."message", 'type', p."type",
      'props', p."props", 'hashtags', p."hashtags", 'fileIds', to_jsonb(p."fileIds"), 'pendingPostId', p."pendingPostId",
      'hasReactions', false, 'embeds', p."embeds", 'files', file_values, 'reactions', '[]'::jsonb,
      'replyCount', reply_total, 'lastReplyAt', case when is_root then 0 else moment end,
      'participants', '[]'::jsonb, 'isFollowing', not is_root);
    payload := jsonb_build_object(
      'post', post_value,
      'channel', jsonb_build_object('id', c.id, 'type', c.type, 'name', c.name, 'displayName', c.display_name, 'teamId', c.team_id),
      'senderName', coalesce((select username from users where id = p."userId"), ''),
      'mentions', to_jsonb(mentioned), 'mentionsEverybody', p."mentionsEverybody", 'followers', followers);
    insert into events (at, name, actor_id, payload, audience)
      values (moment, 'post.created', p."userId", payload, jsonb_build_object('channelId', p."channelId"));
    verdict := 'stored';
    return next;
  end loop;
end
$$;
