package io.tesserae.tokenizer;

import io.tesserae.tokenizer.text.Utf8Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Makes a text of tokens, as a {@link Decoding} says. */
final class TokenDecoder {

    /** One byte; the sign is none that anybody writes, but the reference reads it. */
    private static final Pattern BYTE = Pattern.compile("<0x(?:[0-9A-Fa-f]{2}|\\+[0-9A-Fa-f])>");

    /** A few steps that replace one letter by many would make a text that no memory holds. */
    private static final long LONGEST_REPLACEMENT = 1L << 24;

    private static final String MARK = "\u2581"; // of SentencePiece, for a space

    private TokenDecoder() {}

    static String decode(List<String> tokens, Decoding decoding) {
        return String.join("", decoded(tokens, decoding));
    }

    static List<String> decoded(List<String> tokens, Decoding decoding) {
        return switch (decoding) {
            case Decoding.None _ -> List.of(String.join(" ", tokens));
            case Decoding.WordPiece(String prefix, boolean cleanUp) -> wordPiece(tokens, prefix, cleanUp);
            case Decoding.Fuse _ -> List.of(String.join("", tokens));
            case Decoding.Strip strip -> each(tokens, token -> strip(token, strip));
            case Decoding.Replace replace -> replace(tokens, replace);
            case Decoding.ByteFallback _ -> bytes(tokens);
            case Decoding.Metaspace metaspace -> metaspace(tokens, metaspace);
            case Decoding.SentencePiece pieces -> List.of(sentencePiece(tokens, pieces));
            case Decoding.Bpe(String suffix) -> bpe(tokens, suffix);
            case Decoding.ByteLevel() -> List.of(joined(tokens, Utf8Text::append));
            case Decoding.Bytes() -> List.of(joined(tokens, Utf8Text::appendByte));
            case Decoding.CleanUp() -> each(tokens, TokenDecoder::cleanUpText);
            case Decoding.Sequence(List<Decoding> steps) -> {
                List<String> texts = tokens;
                for (Decoding step : steps) {
                    texts = decoded(texts, step);
                }
                yield texts;
            }
        };
    }

    /** How a token's bytes join the others. */
    @FunctionalInterface
    interface Spelling {
        void append(Utf8Text bytes, String token, StringBuilder text);
    }

    private static String joined(List<String> tokens, Spelling spelling) {
        Utf8Text bytes = new Utf8Text();
        StringBuilder text = new StringBuilder();
        tokens.forEach(token -> spelling.append(bytes, token, text));
        bytes.finish(text);
        return text.toString();
    }

    private static List<String> each(List<String> tokens, UnaryOperator<String> change) {
        return tokens.stream().map(change).toList();
    }

    // --- Word pieces ---

    /**
     * The first token is verbatim. Each is cleaned up by itself, so that {@code " ."} becomes {@code "."} but the pieces of {@code
     * don ' t} stay apart.
     */
    private static List<String> wordPiece(List<String> tokens, String prefix, boolean cleanUp) {
        List<String> texts = new ArrayList<>(tokens.size());
        for (String token : tokens) {
            String text = token;
            if (!texts.isEmpty()) {
                text = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
            }
            texts.add(cleanUp ? cleanUpToken(text) : text);
        }
        return texts;
    }

    private static String cleanUpToken(String token) {
        return cleanUpText(token.replace(" do not", " don't"));
    }

    /** Takes out the spaces that tokenizing English put in. */
    static String cleanUpText(String text) {
        return text.replace(" .", ".")
                .replace(" ?", "?")
                .replace(" !", "!")
                .replace(" ,", ",")
                .replace(" ' ", "'")
                .replace(" n't", "n't")
                .replace(" 'm", "'m")
                .replace(" 's", "'s")
                .replace(" 've", "'ve")
                .replace(" 're", "'re");
    }

    // --- The other decoders ---

    private static String strip(String token, Decoding.Strip strip) {
        int width = Character.charCount(strip.content());
        int start = 0;
        for (int i = 0; i < strip.start() && start < token.length(); i++) {
            if (token.codePointAt(start) != strip.content()) {
                break;
            }
            start += width;
        }
        int end = token.length();
        for (int i = 0; i < strip.stop() && end > start; i++) {
            if (token.codePointBefore(end) != strip.content()) {
                break;
            }
            end -= width;
        }
        return token.substring(start, end);
    }

    private static List<String> replace(List<String> tokens, Decoding.Replace replace) {
        String pattern = replace.pattern();
        int growth = replace.content().length() - pattern.length();
        if (growth > 0) {
            long length = 0;
            for (String token : tokens) {
                length += token.length();
                for (int at = token.indexOf(pattern); at >= 0; at = token.indexOf(pattern, at + pattern.length())) {
                    length += growth;
                }
            }
            if (length > LONGEST_REPLACEMENT) {
                throw new IllegalArgumentException(
                        "the tokenizer's decoder, which replaces one text by a longer one, makes "
                                + length + " characters of these tokens; decode fewer, at most " + LONGEST_REPLACEMENT
                                + " characters are made so");
            }
        }
        return each(tokens, token -> token.replace(pattern, replace.content()));
    }

    /** Whether this is a token of {@link Decoding.ByteFallback} that stands for a byte. */
    static boolean isByte(String token) {
        return BYTE.matcher(token).matches();
    }

    private static List<String> bytes(List<String> tokens) {
        List<String> texts = new ArrayList<>(tokens.size());
        ByteBuffer bytes = ByteBuffer.allocate(tokens.size());
        for (String token : tokens) {
            if (isByte(token)) {
                bytes.put((byte) Integer.parseInt(token, 3, 5, 16));
            } else {
                takeCharacters(bytes, texts);
                texts.add(token);
            }
        }
        takeCharacters(bytes, texts);
        return texts;
    }

    /** What the bytes spell, where they spell something; the buffer is empty afterwards. */
    private static void takeCharacters(ByteBuffer bytes, List<String> texts) {
        bytes.flip();
        int count = bytes.remaining();
        if (count == 0) {
            bytes.clear();
            return;
        }
        try {
            texts.add(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            texts.add("\ufffd".repeat(count));
        }
        bytes.clear();
    }

    private static List<String> metaspace(List<String> tokens, Decoding.Metaspace metaspace) {
        String mark = Character.toString(metaspace.replacement());
        List<String> texts = new ArrayList<>(tokens.size());
        for (String token : tokens) {
            texts.add(token.replace(mark, texts.isEmpty() && metaspace.dropsFirst() ? "" : " "));
        }
        return texts;
    }

    private static String sentencePiece(List<String> tokens, Decoding.SentencePiece decoding) {
        StringBuilder text = new StringBuilder();
        StringBuilder run = new StringBuilder(); // what is behind the last special token
        boolean wasSpecial = false;
        for (String token : tokens) {
            boolean isSpecial = decoding.special().contains(token);
            if (isSpecial) {
                text.append(wasSpecial ? "" : " ").append(run).append(token);
                run.setLength(0);
            } else if (!decoding.silent().contains(token)) {
                boolean dropsMark = run.isEmpty() && token.startsWith(MARK);
                run.append((dropsMark ? token.substring(1) : token).replace(MARK, " "));
            }
            wasSpecial = isSpecial;
        }
        return text.append(run).toString().strip();
    }

    private static List<String> bpe(List<String> tokens, String suffix) {
        List<String> texts = new ArrayList<>(tokens.size());
        for (String token : tokens) {
            texts.add(token.replace(suffix, texts.size() == tokens.size() - 1 ? "" : " "));
        }
        return texts;
    }
}
