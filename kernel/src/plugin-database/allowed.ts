/** What statements of plugins may be made of. What is not named here is refused, whatever the server would say of it. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Parts of statements, as PostgreSQL's own parser names them. */
export const allowedNodes: ReadonlySet<string> = words(`
  A_ArrayExpr A_Const A_Expr A_Indices A_Indirection A_Star Alias BitString Boolean BooleanTest BoolExpr CaseExpr CaseWhen CoalesceExpr CollateClause ColumnDef ColumnRef CommonTableExpr
  CTECycleClause CTESearchClause DeleteStmt Float FuncCall GroupingFunc GroupingSet IndexElem InferClause InsertStmt Integer JoinExpr List LockingClause MergeStmt MergeWhenClause MinMaxExpr
  MultiAssignRef NamedArgExpr NullTest OnConflictClause ParamRef RangeFunction RangeSubselect RangeVar ResTarget ReturningClause ReturningOption RowExpr SelectStmt SetToDefault SortBy
  SQLValueFunction String SubLink TruncateStmt TypeCast TypeName UpdateStmt WindowDef WithClause`)

/** Besides these, of migrations. */
export const allowedMigrationNodes: ReadonlySet<string> = words(`
  AlterEnumStmt AlterSeqStmt AlterTableCmd AlterTableStmt CommentStmt Constraint CreateEnumStmt CreateSeqStmt CreateStmt DefElem DropStmt IndexStmt PartitionBoundSpec PartitionCmd PartitionElem
  PartitionSpec RenameStmt TableLikeClause ViewStmt`)

/** As which a whole statement may come. */
export const allowedStatements: ReadonlySet<string> = words('SelectStmt InsertStmt UpdateStmt DeleteStmt MergeStmt TruncateStmt')
export const allowedMigrationStatements: ReadonlySet<string> = words(`
  SelectStmt InsertStmt UpdateStmt DeleteStmt MergeStmt TruncateStmt AlterEnumStmt AlterSeqStmt AlterTableStmt CommentStmt CreateEnumStmt CreateSeqStmt CreateStmt DropStmt IndexStmt RenameStmt ViewStmt`)

export const allowedAlterations: ReadonlySet<string> = words(`
  AT_AddColumn AT_ColumnDefault AT_DropNotNull AT_SetNotNull AT_DropColumn AT_AddConstraint AT_AlterConstraint AT_ValidateConstraint AT_DropConstraint AT_AlterColumnType AT_AddIdentity
  AT_SetIdentity AT_DropIdentity AT_SetExpression AT_DropExpression AT_AttachPartition AT_DetachPartition AT_SetRelOptions AT_ResetRelOptions`)

/** Kinds of things that a migration may drop, rename, alter or comment on. */
export const allowedObjects: ReadonlySet<string> = words('OBJECT_TABLE OBJECT_INDEX OBJECT_SEQUENCE OBJECT_VIEW OBJECT_TYPE OBJECT_COLUMN OBJECT_TABCONSTRAINT OBJECT_ATTRIBUTE')

/**
 * Functions that compute and do nothing else: none that sleeps, locks, reads settings or files, runs text as a
 * statement, keeps large objects, tells other sessions, or makes much out of little.
 */
export const allowedFunctions: ReadonlySet<string> = words(`
  abs acos age array_agg array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions array_prepend array_remove array_replace array_to_json
  array_to_string array_upper asin atan atan2 avg any_value ascii bit_and bit_count bit_length bit_or bool_and bool_or btrim cardinality cbrt ceil ceiling char_length character_length chr
  clock_timestamp concat concat_ws corr cos cot count covar_pop covar_samp cume_dist currval daterange date_bin date_part date_trunc decode degrees dense_rank div encode every exp extract
  factorial first_value floor format gcd gen_random_uuid generate_series generate_subscripts get_bit get_byte greatest hashtext initcap int4range int8range isempty isfinite json_agg
  json_array_elements json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object
  json_object_agg json_object_keys json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_typeof jsonb_agg jsonb_array_elements
  jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_concat jsonb_contains jsonb_each jsonb_each_text jsonb_exists jsonb_extract_path
  jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first
  jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours
  justify_interval lag last_value lastval lcm lead left length ln localtimestamp log log10 lower lower_inc lower_inf ltrim make_date make_interval make_time make_timestamp make_timestamptz
  max md5 min mod mode multirange nextval normalize now nth_value ntile num_nonnulls num_nulls numrange octet_length overlaps overlay parse_ident percent_rank percentile_cont percentile_disc pi
  phraseto_tsquery plainto_tsquery position pow power quote_ident quote_literal quote_nullable radians random range_agg range_intersect_agg range_merge rank regexp_count regexp_like
  regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regr_count regr_intercept regr_r2 regr_slope reverse right round row_number row_to_json rtrim
  scale set_byte setseed setval setweight sha224 sha256 sha384 sha512 sign similar_to_escape sin split_part sqrt starts_with statement_timestamp stddev stddev_pop stddev_samp
  string_agg string_to_array string_to_table strip strpos substr substring sum tan timezone to_char to_date to_hex to_json to_jsonb to_number to_timestamp to_tsquery to_tsvector
  transaction_timestamp translate trim_array trim_scale trunc ts_delete ts_filter ts_headline ts_lexize ts_rank ts_rank_cd tsquery_phrase tsrange tstzrange tsvector_to_array unistr unnest upper
  upper_inc upper_inf uuid_extract_timestamp uuidv4 uuidv7 var_pop var_samp variance websearch_to_tsquery width_bucket`)
