"""The desk: a steward looks at an edition beside its pages, in the browser, and every decision is YAML in git.

    workspace       the edition as it stands: catalogue, decisions and tables, judged anew after every decision
    exhibit_views   what the screens show of its exhibits
    decision_forms  what a form asks for → the change of a file, guarded by what the steward saw (form_fields)
    audit           a random sample of unflagged values, and the error rate that it shows
    page_crops      crops of pages, drawn in a process of their own
    desk_pages      the screens as HTML
    app             the web application, on loopback only
    static_report   the same view as one file to read, without forms

The desk writes nothing but the files that stewards could write by hand.
"""
