/**
 * What families have in common: how they read their configurations, how texts and
 * pictures become tokens, blocks and heads that several have. Not API.
 */
package io.tesserae.family.common;
