/** What arguments are held to, in all modules that know the engine. Not API. */
package io.tesserae.arguments;
