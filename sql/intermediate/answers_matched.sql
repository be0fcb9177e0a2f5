-- One row per poll answer, question asked and survey answer of an instance, with the participant
-- who gave it where that can be told: by account user, else by e-mail, else by a name that is not
-- generic and that one participant has. Exact repetitions of a row are numbered (`repetition`), so
-- that nothing is lost and ids stay distinct. Ids begin like that of the instance, see
-- participants_named.
with
located as (
    select * from intermediate.answers_located
),
instances as (
    select instance_key, instance_id, left(instance_id::varchar, 8) as id_start
    from intermediate.instances_united
),
owned as (
    select * from intermediate.participant_keys_owned
),
names_of_one as (
    select instance_key, name_key, min(participant_key) as participant_key
    from (
        select distinct identified.instance_key, connections.name_key, identified.participant_key
        from intermediate.connections_identified as identified
        inner join intermediate.connections_cleaned as connections using (connection_key)
        semi join located
            on located.instance_key = identified.instance_key
            and located.name_key = connections.name_key
        where not connections.is_generic_name
    )
    group by instance_key, name_key
    having count(*) = 1
),
numbered as (
    select
        *,
        -- An e-mail that is nobody's here is stronger than a name: then the answer is somebody
        -- else's. Kept as a column, because conditions on one side would turn the join below
        -- into a comparison of every pair.
        case when email is null and zoom_user_id is null then name_key end as lone_name_key,
        row_number() over (
            partition by
                kind, instance_key, zoom_user_id, name, email, list_id, question_id, question,
                answer,
                question_status, given_at
        ) as repetition
    from located
),
final as (
    select
        numbered.* exclude (lone_name_key),
        concat(
            instances.id_start,
            substr(
                md5(concat_ws(
                    '|',
                    numbered.kind,
                    instances.instance_id,
                    coalesce(numbered.list_id, ''),
                    coalesce(numbered.question_id, ''),
                    coalesce(numbered.zoom_user_id, ''),
                    coalesce(numbered.email, ''),
                    coalesce(numbered.name, ''),
                    coalesce(epoch_ms(numbered.given_at)::varchar, ''),
                    coalesce(numbered.question_status, ''),
                    md5(concat(
                        coalesce(numbered.question, ''), '|', coalesce(numbered.answer, '')
                    )),
                    numbered.repetition
                )),
                9
            )
        )::uuid as answer_id,
        coalesce(by_user.participant_key, by_email.participant_key, by_name.participant_key)
            as participant_key
    from numbered
    inner join instances on instances.instance_key = numbered.instance_key
    left join owned as by_user
        on by_user.kind = 'user'
        and by_user.instance_key = numbered.instance_key
        and by_user.key = numbered.zoom_user_id
    left join owned as by_email
        on by_email.kind = 'email'
        and by_email.instance_key = numbered.instance_key
        and by_email.key = numbered.email
    left join names_of_one as by_name
        on by_name.instance_key = numbered.instance_key
        and by_name.name_key = numbered.lone_name_key
)
select * from final
