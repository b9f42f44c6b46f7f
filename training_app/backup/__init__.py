"""Dated copies of the models in a folder that AFS_MODEL_BACKUP names.

`<AFS_MODEL_BACKUP>/store` holds the files by content, as afsweb.storage does, each once; `contents.json` in
`<AFS_MODEL_BACKUP>/<day>` says which models a day had and what their files are called there. So a backup
can be read without the hub.
"""
