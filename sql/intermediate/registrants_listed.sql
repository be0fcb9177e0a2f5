-- One row per registrant of a webinar and listing, with the name as one text. Stored, because raw
-- files are read and cleaned anew by whoever asks for them.
with
final as (
    select
        account_id, webinar_id, registrant_id, email, first_name, last_name, status, registered_at,
        occurrence_id, tracking_source_id, tracking_source, organization, job_title, country,
        custom_answers, capture_id, page_number, row_number, captured_at,
        nullif(concat_ws(' ', first_name, last_name), '') as full_name,
        case status when 'approved' then 1 when 'pending' then 2 else 3 end as status_order
    from staging.registrants
    where webinar_id is not null
)
select * from final
