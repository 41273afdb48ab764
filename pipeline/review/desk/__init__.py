"""The desk: a steward looks at an edition beside its pages, in the browser, and every act is YAML in git.

    bench      the edition as it stands: catalogue, acts and tables, judged anew after every act
    exhibits   what the screens show of it
    signing    what a form asks for → the change of a file, guarded by what the steward saw
    audit      a random sample of unflagged values, and the error rate that it shows
    pictures   crops of pages, drawn in a process of their own
    app        the web application, on loopback only
    still      the same view as one file to read, without acts

The desk writes nothing but the files that stewards could write by hand.
"""
