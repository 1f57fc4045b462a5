// The one script of the pages: keeps lengths of time true. Loaded with "defer"; every page works without it.
"use strict";
