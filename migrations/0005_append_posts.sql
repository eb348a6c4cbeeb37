-- A post as the protocol shows it (sdk/src/protocol/post.ts), to everybody alike.
create function post_value(p posts, reply_count integer, last_reply_at bigint) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', p.id, 'createAt', p.create_at, 'updateAt', p.update_at, 'editAt', p.edit_at, 'deleteAt', p.delete_at, 'isPinned', p.is_pinned,
    'userId', p.user_id, 'channelId', p.channel_id, 'rootId', p.root_id, 'message', p.message, 'type', p.type, 'props', p.props,
    'hashtags', p.hashtags, 'fileIds', to_jsonb(p.file_ids), 'pendingPostId', p.pending_post_id, 'hasReactions', p.has_reactions, 'embeds', p.embeds,
    'files', case when p.file_ids = '{}' then '[]'::jsonb else (
      select coalesce(jsonb_agg(file_value(f) order by array_position(p.file_ids, f.id)), '[]') from files f
        where f.id = any (p.file_ids) and f.delete_at = 0) end,
    'reactions', case when not p.has_reactions then '[]'::jsonb else (
      select coalesce(jsonb_agg(jsonb_build_object('userId', r.user_id, 'postId', r.post_id, 'channelId', r.channel_id,
        'emojiName', r.emoji_name, 'createAt', r.create_at) order by r.create_at), '[]') from reactions r where r.post_id = p.id) end,
    'replyCount', reply_count, 'lastReplyAt', last_reply_at, 'participants', '[]'::jsonb, 'isFollowing', null, 'customEmoji', '[]'::jsonb)
$$;

-- An account as everybody may see it (sdk/src/protocol/user.ts).
create function public_user_value(u users) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', u.id, 'createAt', u.create_at, 'updateAt', u.update_at, 'deleteAt', u.delete_at, 'username', u.username, 'email', u.email,
    'isEmailVerified', false, 'nickname', u.nickname, 'firstName', u.first_name, 'lastName', u.last_name, 'position', u.position, 'roles', u.roles,
    'locale', u.locale, 'timezone', u.timezone, 'notifyProps', '{}'::jsonb, 'props', u.props, 'pluginProps', u.plugin_props, 'authService', '',
    'hasMfa', false, 'isBot', u.is_bot, 'botDescription', u.bot_description, 'lastPasswordUpdateAt', 0,
    'lastPictureUpdateAt', u.last_picture_update_at, 'failedAttempts', 0)
$$;

-- Who is mentioned: everybody else in direct and group channels, else members whose keywords stand in the text.
create function mentioned_members(in_channel_id text, channel_type text, author_id text, message text, words text[], here_user_ids text[])
returns text[] language plpgsql stable as $$
begin
  if channel_type in ('D', 'G') then
    return array(select user_id from channel_members where channel_id = in_channel_id and user_id <> author_id);
  elsif cardinality(words) > 0 or cardinality(here_user_ids) > 0 then
    return array(
      select distinct m.user_id from (
          select k.user_id from mention_keywords k where k.keyword = any (words)
          union
          select k.user_id from mention_keywords k where k.is_substring
            and strpos(case when k.is_case_sensitive then message else lower(message) end, k.keyword) > 0
          union
          select unnest(here_user_ids)
        ) k join channel_members m on m.channel_id = in_channel_id and m.user_id = k.user_id
        where m.user_id <> author_id);
  end if;
  return '{}';
end
$$;

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
  t threads;
  stored posts;
  root_post posts;
  author_before thread_members;
  existing text;
  moment bigint;
  is_root boolean;
  counts boolean;
  mentioned text[];
  candidates text[];
  invited text[];
  newcomers text[];
  followers jsonb;
  participants jsonb;
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
      "needsMembership" boolean, "countsAsUnread" boolean, "marksViewed" boolean, "setsOnline" boolean, "mentionsEverybody" boolean, "hereUserIds" text[],
      "mentionWords" text[], "embeds" jsonb, "createAt" bigint)
    -- Channel after channel: whoever reads several channels locks memberships and threads in that order too.
    order by "channelId", "place"
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
    if p."needsMembership" and not exists (
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

    -- Nothing stands in the future, and an imported post finds a moment of its own in the past.
    moment := greatest(now_at, c.last_create_at + 1);
    if p."createAt" < moment then
      moment := p."createAt";
      while exists (select 1 from posts where channel_id = p."channelId" and create_at = moment) loop moment := moment + 1; end loop;
    end if;
    insert into posts (id, create_at, update_at, is_pinned, user_id, channel_id, root_id, message, type, props,
                       hashtags, file_ids, pending_post_id, mentions_everybody, embeds)
    values (p."id", moment, moment, p."isPinned", p."userId", p."channelId", p."rootId", p."message", p."type", p."props",
            p."hashtags", p."fileIds", p."pendingPostId", p."mentionsEverybody", p."embeds")
    on conflict (user_id, pending_post_id) where pending_post_id <> '' do nothing
    returning * into stored;
    if not found then
      select id into existing from posts
        where user_id = p."userId" and pending_post_id = p."pendingPostId" and pending_post_id <> '';
      verdict := 'duplicate'; payload := to_jsonb(existing); return next; continue;
    end if;

    if cardinality(p."fileIds") > 0 then
      update files set post_id = p."id", update_at = moment where id = any (p."fileIds");
    end if;

    mentioned := mentioned_members(c.id, c.type, p."userId", p."message", p."mentionWords", p."hereUserIds");

    counts := p."countsAsUnread";
    update channels set
        last_create_at = greatest(moment, last_create_at),
        last_post_at = case when counts then greatest(moment, last_post_at) else last_post_at end,
        last_root_post_at = case when counts and is_root then greatest(moment, last_root_post_at) else last_root_post_at end,
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

    t := null; root_post := null; followers := '[]'::jsonb; participants := '[]'::jsonb;
    if not is_root then
      insert into threads (post_id, channel_id, team_id, reply_count, last_reply_at, participants)
        values (p."rootId", p."channelId", c.team_id, 1, moment, array[p."userId"])
        on conflict (post_id) do update set
          reply_count = threads.reply_count + 1, last_reply_at = greatest(threads.last_reply_at, moment),
          participants = array_append(array_remove(threads.participants, p."userId"), p."userId")
        returning * into t;
      update posts set update_at = greatest(moment, update_at + 1) where id = p."rootId" returning * into root_post;
      -- The first reply brings the author of the root and those whom it mentions, unless they said otherwise before.
      candidates := array_append(mentioned, p."userId");
      if t.reply_count = 1 then
        invited := array_append(array(select pm.user_id from post_mentions pm where pm.post_id = p."rootId"), r.user_id);
      else
        invited := '{}';
      end if;
      select coalesce(array_agg(m.user_id), '{}') into newcomers
        from channel_members m left join thread_members tm on tm.post_id = p."rootId" and tm.user_id = m.user_id
        where m.channel_id = p."channelId" and m.user_id = any (candidates || invited)
          and (tm.user_id is null or (not tm.is_following and m.user_id = any (candidates)));
      if moment < t.last_reply_at then
        -- An imported reply stands before what others have seen already.
        update thread_members set seen_replies = seen_replies + 1 where post_id = p."rootId" and last_viewed_at >= moment;
      end if;
      author_before := null;
      select * into author_before from thread_members tm where tm.post_id = p."rootId" and tm.user_id = p."userId";
      insert into thread_members (post_id, user_id, last_update_at)
        select p."rootId", unnest(newcomers), moment
        on conflict (post_id, user_id) do update set is_following = true, last_update_at = moment;
      insert into thread_members (post_id, user_id, last_viewed_at, last_update_at, seen_replies)
        values (p."rootId", p."userId", greatest(moment, t.last_reply_at), moment, t.reply_count)
        on conflict (post_id, user_id) do update set
          is_following = true, last_viewed_at = greatest(moment, t.last_reply_at), last_update_at = moment, seen_replies = t.reply_count, unread_mentions = 0;
      if cardinality(mentioned) > 0 then
        update thread_members set last_update_at = moment, unread_mentions = unread_mentions + 1
          where post_id = p."rootId" and user_id = any (mentioned);
      end if;
      -- Told of are those who are still there; of very many the ones who took part last.
      select coalesce(jsonb_agg(jsonb_build_object('userId', f.user_id, 'lastViewedAt', f.last_viewed_at,
          'unreadReplies', greatest(t.reply_count - f.seen_replies, 0), 'unreadMentions', f.unread_mentions,
          'previousUnreadReplies', case when f.user_id = any (newcomers) then 0
            when f.user_id = p."userId" then greatest(t.reply_count - 1 - author_before.seen_replies, 0)
            else greatest(t.reply_count - f.seen_replies - 1, 0) end,
          'previousUnreadMentions', case when f.user_id = any (newcomers) then 0
            when f.user_id = p."userId" then author_before.unread_mentions
            else f.unread_mentions - (f.user_id = any (mentioned))::int end,
          'isMentioned', f.user_id = any (mentioned))), '[]')
        into followers from (
          select tm.* from thread_members tm join channel_members m on m.channel_id = p."channelId" and m.user_id = tm.user_id
            where tm.post_id = p."rootId" and tm.is_following order by tm.last_update_at desc limit 1000) f;
      select coalesce(jsonb_agg(public_user_value(u) order by array_position(t.participants, u.id)), '[]') into participants
        from users u where u.id = any (t.participants[greatest(cardinality(t.participants) - 19, 1):]);
    end if;

    payload := jsonb_build_object(
      'post', post_value(stored, coalesce(t.reply_count, 0), coalesce(t.last_reply_at, 0)),
      'channel', jsonb_build_object('id', c.id, 'type', c.type, 'name', c.name, 'displayName', c.display_name, 'teamId', c.team_id),
      'senderName', coalesce((select username from users where id = p."userId"), ''),
      'mentions', to_jsonb(mentioned), 'mentionsEverybody', p."mentionsEverybody", 'followers', followers,
      'root', case when is_root then null else post_value(root_post, t.reply_count, t.last_reply_at) end,
      'participants', participants, 'isSetOnline', p."setsOnline");
    insert into events (at, name, actor_id, payload, audience)
      values (moment, 'post.created', p."userId", payload, jsonb_build_object('channelId', p."channelId"));
    verdict := 'stored';
    return next;
  end loop;
end
$$;

-- Deletes a post and, where it begins a thread, its replies; null where it is deleted already. The channel's lock is taken
-- first, as by append_posts, so that counts of the thread are exact: seen_replies of a member are the living replies up
-- to the moment at which it looked.
create function delete_post(in_post_id text, in_channel_id text, deleter_id text, now_at bigint)
returns jsonb language plpgsql as $$
declare
  d posts;
  t threads;
  moment bigint;
begin
  perform 1 from channels where id = in_channel_id for no key update;
  select * into d from posts where id = in_post_id and channel_id = in_channel_id and delete_at = 0 for no key update;
  if not found then return null; end if;
  moment := greatest(now_at, d.update_at + 1);
  update posts set delete_at = moment, update_at = moment, delete_by = deleter_id
    where (id = in_post_id or (root_id = in_post_id and root_id <> '')) and delete_at = 0;
  update files set delete_at = moment, update_at = moment
    where delete_at = 0 and post_id in (select id from posts where id = in_post_id or (root_id = in_post_id and root_id <> ''));
  select * into d from posts where id = in_post_id;

  if d.root_id = '' then
    update threads set delete_at = moment where post_id = in_post_id;
    return post_value(d, 0, 0);
  end if;

  update threads set
      reply_count = reply_count - 1,
      last_reply_at = coalesce((select max(create_at) from posts where root_id = d.root_id and root_id <> '' and delete_at = 0), 0),
      participants = case when exists (select 1 from posts where root_id = d.root_id and root_id <> '' and delete_at = 0 and user_id = d.user_id)
        then participants else array_remove(participants, d.user_id) end
    where post_id = d.root_id returning * into t;
  update thread_members set
      seen_replies = seen_replies - (last_viewed_at >= d.create_at)::int,
      unread_mentions = unread_mentions - (last_viewed_at < d.create_at and unread_mentions > 0
        and exists (select 1 from post_mentions pm where pm.post_id = d.id and pm.user_id = thread_members.user_id))::int
    where post_id = d.root_id;
  update posts set update_at = greatest(moment, update_at + 1) where id = d.root_id;
  return post_value(d, t.reply_count, t.last_reply_at);
end
$$;
