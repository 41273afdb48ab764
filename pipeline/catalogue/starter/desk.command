#!/bin/sh
# Opens the desk of this folder's studies: double-click it, or run editions desk here.
cd "$(dirname "$0")" && exec editions desk
