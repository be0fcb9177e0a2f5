-- Scores are 0 to 100, shares and confidences 0 to 1, roles and statuses words of the design.
with
participants as (
    select 'zoom_participants' as mart, id
    from marts.zoom_participants
    where
        engagement_score not between 0 and 100
        or attended_share not between 0 and 1
        or identity_confidence is null
        or identity_confidence not between 0 and 1
        or role not in ('host', 'panelist', 'attendee', 'other')
        or identity_method not in (
            'registrant_id', 'zoom_user_id', 'email', 'name', 'none', 'shared_link', 'probable',
            'correction'
        )
        or first_join_time is null
),
instances as (
    select 'zoom_webinar_instances' as mart, id
    from marts.zoom_webinar_instances
    where
        capture_status is null
        or capture_status not in (
            'complete', 'empty', 'partial', 'not_ready', 'denied', 'expired', 'failed'
        )
        or duration < 0
),
captures as (
    select 'zoom_capture_audit' as mart, md5(concat_ws('|', account_id, stream, subject))::uuid
        as id
    from marts.zoom_capture_audit
    where
        status not in ('complete', 'empty', 'partial', 'not_ready', 'denied', 'expired', 'failed')
        or (status in ('complete', 'empty') and captured < expected)
),
final as (
    select * from participants
    union all
    select * from instances
    union all
    select * from captures
)
select * from final order by mart, id
