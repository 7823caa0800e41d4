/** What families have in common: how they read their configurations, and how pictures become tokens. Not API. */
package io.tesserae.family.common;
