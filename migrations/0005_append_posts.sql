create function files_value(ids text[]) returns json language sql stable as $$
  select coalesce(json_agg(file_value(f) order by array_position(ids, f.id)), '[]') from files f where f.id = any (ids) and f.delete_at = 0
$$;

create function reactions_value(in_post_id text) returns json language sql stable as $$
  select coalesce(json_agg(json_build_object('userId', r.user_id, 'postId', r.post_id, 'channelId', r.channel_id,
    'emojiName', r.emoji_name, 'createAt', r.create_at) order by r.create_at), '[]') from reactions r where r.post_id = in_post_id
$$;

-- A post as the protocol shows it (sdk/src/protocol/post.ts), to everybody alike. As json: it is stored and sent as text.
-- Without a query of its own, so that it is taken into the expression that calls it.
create function post_value(p posts, reply_count integer, last_reply_at bigint) returns json language sql stable as $$
  select json_build_object(
    'id', p.id, 'createAt', p.create_at, 'updateAt', p.update_at, 'editAt', p.edit_at, 'deleteAt', p.delete_at, 'isPinned', p.is_pinned,
    'userId', p.user_id, 'channelId', p.channel_id, 'rootId', p.root_id, 'message', p.message, 'type', p.type, 'props', p.props,
    'hashtags', p.hashtags, 'fileIds', p.file_ids, 'pendingPostId', p.pending_post_id, 'hasReactions', p.has_reactions, 'embeds', p.embeds,
    'files', case when p.file_ids = '{}' then '[]'::json else files_value(p.file_ids) end,
    'reactions', case when p.has_reactions then reactions_value(p.id) else '[]'::json end,
    'replyCount', reply_count, 'lastReplyAt', last_reply_at, 'participants', '[]'::json, 'isFollowing', null, 'customEmoji', '[]'::json)
$$;

-- An account as everybody may see it (sdk/src/protocol/user.ts).
create function public_user_value(u users) returns json language sql stable as $$
  select json_build_object(
    'id', u.id, 'createAt', u.create_at, 'updateAt', u.update_at, 'deleteAt', u.delete_at, 'username', u.username, 'email', u.email,
    'isEmailVerified', false, 'nickname', u.nickname, 'firstName', u.first_name, 'lastName', u.last_name, 'position', u.position, 'roles', u.roles,
    'locale', u.locale, 'timezone', u.timezone, 'notifyProps', '{}'::json, 'props', u.props, 'pluginProps', u.plugin_props, 'authService', '',
    'hasMfa', false, 'isBot', u.is_bot, 'botDescription', u.bot_description, 'lastPasswordUpdateAt', 0,
    'lastPictureUpdateAt', u.last_picture_update_at, 'failedAttempts', 0)
$$;

-- Members whose keywords stand in a text. Keywords of scripts without spaces are looked for inside of what the text has of
-- such scripts. Without plpgsql, so that it is taken into the statement that asks.
create function mentioned_by(in_channel_id text, author_id text, unspaced_text text, words text[]) returns setof text language sql stable as $$
  select m.user_id from (
      select k.user_id from mention_keywords k where k.keyword = any (words)
      union
      select k.user_id from mention_keywords k where unspaced_text <> '' and k.is_substring and strpos(unspaced_text, k.keyword) > 0
    ) k join channel_members m on m.channel_id = in_channel_id and m.user_id = k.user_id
    where m.user_id <> author_id
$$;

-- Who is mentioned: everybody else in direct and group channels, else members who are here or whose keywords stand in the text.
create function mentioned_members(in_channel_id text, channel_type text, author_id text, unspaced_text text, words text[], here_user_ids text[])
returns text[] language plpgsql stable as $$
begin
  if channel_type in ('D', 'G') then
    return array(select user_id from channel_members where channel_id = in_channel_id and user_id <> author_id);
  else
    return array(
      select mentioned_by(in_channel_id, author_id, unspaced_text, words)
      union
      select user_id from channel_members where channel_id = in_channel_id and user_id = any (here_user_ids) and user_id <> author_id);
  end if;
end
$$;

-- A post on its way, as kernel/src/chat/posts/post-batch.ts sends it and explains it.
create type pending_post as (
  "place" integer, "id" text, "channelId" text, "userId" text, "rootId" text, "message" text, "type" text,
  "props" jsonb, "hashtags" text, "fileIds" text[], "pendingPostId" text, "isPinned" boolean, "isTrusted" boolean,
  "needsMembership" boolean, "countsAsUnread" boolean, "marksViewed" boolean, "setsOnline" boolean, "mentionsEverybody" boolean, "hereUserIds" text[],
  "mentionWords" text[], "unspacedText" text, "embeds" jsonb, "createAt" bigint);

-- How far an author has read a channel by posting there.
create type seen_channel as (
  channel_id text, user_id text, at bigint, msg_count bigint, msg_count_root bigint, broadcasts bigint, broadcasts_root bigint);

-- How far posts bring a channel. A type of its own: with a whole row its table's defaults are copied for every batch.
create type channel_counts as (
  id text, last_create_at bigint, last_post_at bigint, last_root_post_at bigint, total_msg_count bigint, total_msg_count_root bigint,
  broadcast_count bigint, broadcast_count_root bigint);

create function counts_of(c channels) returns channel_counts language sql immutable as $$
  select row(c.id, c.last_create_at, c.last_post_at, c.last_root_post_at, c.total_msg_count, c.total_msg_count_root, c.broadcast_count, c.broadcast_count_root)::channel_counts
$$;

-- A post as the log is told of it.
create type told_post as (at bigint, user_id text, channel_id text, payload json);

-- Writes posts, and what their authors have seen by them. Of several posts of one author in one channel the last counts.
create function write_posts(written posts[], seen seen_channel[]) returns void
language plpgsql as $$
begin
  -- Where somebody stored one of them in another channel at this very moment this fails; who tries again will find it.
  insert into posts select * from unnest(written);
  update channel_members m set
      last_viewed_at = s.at, msg_count = s.msg_count, msg_count_root = s.msg_count_root, mention_count = 0, mention_count_root = 0,
      broadcast_seen = s.broadcasts, broadcast_seen_root = s.broadcasts_root
    from (select distinct on (channel_id, user_id) * from unnest(seen) order by channel_id, user_id, at desc) s
    where m.channel_id = s.channel_id and m.user_id = s.user_id;
end
$$;

-- Stores a batch of posts in one round trip: per post a verdict, its rows, counters, mentions, thread and event.
--
-- Input are posts, those for one channel side by side, and the channels that they are for.
-- Channels are locked in the order of their ids, so batches on several nodes cannot deadlock; under that lock membership,
-- archive state, root and files are looked at again, and every post gets a moment after the one before it. A statement
-- for each post would cost more than all that it does: posts, what their authors have seen, counters and events are
-- gathered and written together, and before their time only where a later post of the batch must find them.
create function append_posts(channel_ids text[], batch json, now_at bigint)
returns table (place integer, verdict text, payload json)
language plpgsql as $$
declare
  p record;
  n pending_post;
  c channels;
  r record;
  t threads;
  stored posts;
  root_post posts;
  author_before thread_members;
  key text;
  moment bigint;
  is_root boolean;
  mentioned text[];
  candidates text[];
  invited text[];
  newcomers text[];
  followers json;
  participants json;
  attached integer;
  keys text[] := '{}';
  key_ids text[] := '{}';
  written posts[] := '{}';
  seen seen_channel[] := '{}';
  locked channels[];
  found_channel channels;
  changed channel_counts[] := '{}';
  told told_post[] := '{}';
begin
  -- As an array: joined to an unnest of unknown size, the planner reads every channel in the order of its index.
  locked := array(select channel from channels channel where id = any (channel_ids) order by id for no key update);

  -- Scalar subqueries and one composite column: every node of a plan with twenty columns costs more than what it finds.
  for p in
    select x, (select u.username from users u where u.id = x."userId") as username,
      (select m.user_id from channel_members m where m.channel_id = x."channelId" and m.user_id = x."userId") is not null as is_member,
      -- The last condition says what the partial index wants to hear: without it this is a scan of all posts.
      (select d.id from posts d where d.user_id = x."userId" and d.pending_post_id = x."pendingPostId" and d.pending_post_id <> '') as duplicate_of
    from json_populate_recordset(null::pending_post, batch) x
  loop
    n := p.x;
    place := n.place; payload := null;

    if n."pendingPostId" <> '' then
      key := n."userId" || ' ' || n."pendingPostId";
      p.duplicate_of := coalesce(p.duplicate_of, key_ids[array_position(keys, key)]);
    end if;
    if p.duplicate_of is not null then
      verdict := 'duplicate'; payload := to_json(p.duplicate_of); return next; continue;
    end if;

    if c.id is distinct from n."channelId" then
      if c.id is not null then changed := changed || counts_of(c); end if;
      c := null;
      foreach found_channel in array locked loop
        if found_channel.id = n."channelId" then c := found_channel; end if;
      end loop;
    end if;
    if c.id is null then verdict := 'channel_not_found'; return next; continue; end if;
    if c.delete_at > 0 and not n."isTrusted" then verdict := 'can_not_post_to_archived'; return next; continue; end if;
    if n."needsMembership" and not p.is_member then verdict := 'permission_missing'; return next; continue; end if;

    is_root := n."rootId" = '';
    if not is_root then
      select id, user_id, channel_id, root_id, delete_at, create_at into r from posts where id = n."rootId";
      if not found or r.delete_at > 0 or r.root_id <> '' or r.channel_id <> n."channelId" then
        verdict := 'root_invalid'; return next; continue;
      end if;
    end if;

    if cardinality(n."fileIds") > 0 then
      select count(*) into attached from files
        where id = any (n."fileIds") and user_id = n."userId" and channel_id = n."channelId" and post_id = '' and delete_at = 0;
      if attached <> cardinality(n."fileIds") then verdict := 'file_belongs_elsewhere'; return next; continue; end if;
    end if;

    -- Nothing stands in the future, and an imported post finds a moment of its own in the past.
    moment := greatest(now_at, c.last_create_at + 1);
    if n."createAt" < moment then
      perform write_posts(written, seen);
      written := '{}'; seen := '{}';
      moment := n."createAt";
      while exists (select 1 from posts where channel_id = n."channelId" and create_at = moment) loop moment := moment + 1; end loop;
    end if;
    -- In the order of the table's columns.
    stored := row(n."id", moment, moment, 0, 0, '', n."isPinned", n."userId", n."channelId", n."rootId", n."message", n."type", n."props", '{}',
      n."hashtags", n."fileIds", n."pendingPostId", false, n."mentionsEverybody", n."embeds")::posts;
    written := written || stored;
    if n."pendingPostId" <> '' then keys := keys || key; key_ids := key_ids || n."id"; end if;

    if cardinality(n."fileIds") > 0 then
      update files set post_id = n."id", update_at = moment where id = any (n."fileIds");
    end if;

    mentioned := '{}';
    if c.type in ('D', 'G') or cardinality(n."mentionWords") > 0 or cardinality(n."hereUserIds") > 0 then
      mentioned := mentioned_members(c.id, c.type, n."userId", n."unspacedText", n."mentionWords", n."hereUserIds");
    end if;

    c.last_create_at := greatest(moment, c.last_create_at);
    if n."countsAsUnread" then
      c.last_post_at := greatest(moment, c.last_post_at);
      c.total_msg_count := c.total_msg_count + 1;
      if is_root then
        c.last_root_post_at := greatest(moment, c.last_root_post_at);
        c.total_msg_count_root := c.total_msg_count_root + 1;
      end if;
    end if;
    if n."mentionsEverybody" then
      c.broadcast_count := c.broadcast_count + 1;
      c.broadcast_count_root := c.broadcast_count_root + is_root::int;
    end if;

    if cardinality(mentioned) > 0 or not is_root then
      -- What comes now is counted from what stands in the rows.
      perform write_posts(written, seen);
      written := '{}'; seen := '{}';
    end if;
    if cardinality(mentioned) > 0 then
      -- Whom a broadcast reaches anyway is counted once.
      update channel_members set
          mention_count = mention_count + 1,
          mention_count_root = mention_count_root + is_root::int
        where channel_id = n."channelId" and user_id = any (mentioned)
          and not (n."mentionsEverybody" and counts_broadcast);
      insert into post_mentions (post_id, user_id, channel_id, create_at, is_root)
        select n."id", unnest(mentioned), n."channelId", moment, is_root;
    end if;

    -- The author has read what it answers to; a reply leaves the channel as it was but for its own share.
    if n."marksViewed" and is_root then
      seen := seen || row(n."channelId", n."userId", moment, c.total_msg_count, c.total_msg_count_root, c.broadcast_count, c.broadcast_count_root)::seen_channel;
    elsif n."marksViewed" then
      update channel_members set
          msg_count = msg_count + n."countsAsUnread"::int,
          broadcast_seen = broadcast_seen + n."mentionsEverybody"::int
        where channel_id = n."channelId" and user_id = n."userId";
    end if;

    t := null; root_post := null; followers := '[]'; participants := '[]';
    if not is_root then
      insert into threads (post_id, channel_id, team_id, reply_count, last_reply_at, participants)
        values (n."rootId", n."channelId", c.team_id, 1, moment, array[n."userId"])
        on conflict (post_id) do update set
          reply_count = threads.reply_count + 1, last_reply_at = greatest(threads.last_reply_at, moment),
          participants = array_append(array_remove(threads.participants, n."userId"), n."userId")
        returning * into t;
      update posts set update_at = greatest(moment, update_at + 1) where id = n."rootId" returning * into root_post;
      -- The first reply brings the author of the root and those whom it mentions, unless they said otherwise before.
      candidates := array_append(mentioned, n."userId");
      if t.reply_count = 1 then
        invited := array_append(array(select pm.user_id from post_mentions pm where pm.post_id = n."rootId"), r.user_id);
      else
        invited := '{}';
      end if;
      select coalesce(array_agg(m.user_id), '{}') into newcomers
        from channel_members m left join thread_members tm on tm.post_id = n."rootId" and tm.user_id = m.user_id
        where m.channel_id = n."channelId" and m.user_id = any (candidates || invited)
          and (tm.user_id is null or (not tm.is_following and m.user_id = any (candidates)));
      if moment < t.last_reply_at then
        -- An imported reply stands before what others have seen already.
        update thread_members set seen_replies = seen_replies + 1 where post_id = n."rootId" and last_viewed_at >= moment;
      end if;
      author_before := null;
      select * into author_before from thread_members tm where tm.post_id = n."rootId" and tm.user_id = n."userId";
      insert into thread_members (post_id, user_id, last_update_at)
        select n."rootId", unnest(newcomers), moment
        on conflict (post_id, user_id) do update set is_following = true, last_update_at = moment;
      insert into thread_members (post_id, user_id, last_viewed_at, last_update_at, seen_replies)
        values (n."rootId", n."userId", greatest(moment, t.last_reply_at), moment, t.reply_count)
        on conflict (post_id, user_id) do update set
          is_following = true, last_viewed_at = greatest(moment, t.last_reply_at), last_update_at = moment, seen_replies = t.reply_count, unread_mentions = 0;
      if cardinality(mentioned) > 0 then
        update thread_members set last_update_at = moment, unread_mentions = unread_mentions + 1
          where post_id = n."rootId" and user_id = any (mentioned);
      end if;
      -- Told of are those who are still there; of very many the ones who took part last.
      select coalesce(json_agg(json_build_object('userId', f.user_id, 'lastViewedAt', f.last_viewed_at,
          'unreadReplies', greatest(t.reply_count - f.seen_replies, 0), 'unreadMentions', f.unread_mentions,
          'previousUnreadReplies', case when f.user_id = any (newcomers) then 0
            when f.user_id = n."userId" then greatest(t.reply_count - 1 - author_before.seen_replies, 0)
            else greatest(t.reply_count - f.seen_replies - 1, 0) end,
          'previousUnreadMentions', case when f.user_id = any (newcomers) then 0
            when f.user_id = n."userId" then author_before.unread_mentions
            else f.unread_mentions - (f.user_id = any (mentioned))::int end,
          'isMentioned', f.user_id = any (mentioned))), '[]')
        into followers from (
          select tm.* from thread_members tm join channel_members m on m.channel_id = n."channelId" and m.user_id = tm.user_id
            where tm.post_id = n."rootId" and tm.is_following order by tm.last_update_at desc limit 1000) f;
      select coalesce(json_agg(public_user_value(u) order by array_position(t.participants, u.id)), '[]') into participants
        from users u where u.id = any (t.participants[greatest(cardinality(t.participants) - 19, 1):]);
    end if;

    payload := json_build_object(
      'post', post_value(stored, coalesce(t.reply_count, 0), coalesce(t.last_reply_at, 0)),
      'channel', json_build_object('id', c.id, 'type', c.type, 'name', c.name, 'displayName', c.display_name, 'teamId', c.team_id),
      'senderName', coalesce(p.username, ''),
      'mentions', mentioned, 'mentionsEverybody', n."mentionsEverybody", 'followers', followers,
      'root', case when is_root then null else post_value(root_post, t.reply_count, t.last_reply_at) end,
      'participants', participants, 'isSetOnline', n."setsOnline");
    told := told || row(moment, n."userId", n."channelId", payload)::told_post;
    verdict := 'stored';
    return next;
  end loop;

  if c.id is not null then changed := changed || counts_of(c); end if;
  perform write_posts(written, seen);
  update channels set
      last_create_at = after.last_create_at, last_post_at = after.last_post_at, last_root_post_at = after.last_root_post_at,
      total_msg_count = after.total_msg_count, total_msg_count_root = after.total_msg_count_root,
      broadcast_count = after.broadcast_count, broadcast_count_root = after.broadcast_count_root
    from unnest(changed) as after where channels.id = after.id and channels.id = any (channel_ids);
  insert into events (at, name, actor_id, payload, audience)
    select e.at, 'post.created', e.user_id, e.payload, json_build_object('channelId', e.channel_id)
    from unnest(told) with ordinality as e order by e.ordinality;
end
$$;

-- Deletes a post and, where it begins a thread, its replies; null where it is deleted already. The channel's lock is taken
-- first, as by append_posts, so that counts of the thread are exact: seen_replies of a member are the living replies up
-- to the moment at which it looked.
create function delete_post(in_post_id text, in_channel_id text, deleter_id text, now_at bigint)
returns json language plpgsql as $$
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
