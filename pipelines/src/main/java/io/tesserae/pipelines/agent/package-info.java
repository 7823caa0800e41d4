/** Models that act: observations in, actions out, step after step. */
package io.tesserae.pipelines.agent;
