package io.tesserae.loaders.tokenizer;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.wire.WireReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model file of SentencePiece: {@code sentencepiece.bpe.model}, {@code spiece.model} or {@code spm.model}. A protobuf message, of which
 * the pieces, the kind of model and the normalizer's map are read; what is not known is passed by.
 *
 * <p>Source: {@code sentencepiece_model.proto}.
 *
 * @param pieces in the order of their ids
 * @param map {@code precompiled_charsmap}; empty where there is none
 * @param unusual the settings that are not what they are unless a file says so, by their names, with what they are
 */
record SentencePieceModel(List<Piece> pieces, Optional<byte[]> map, Map<String, Boolean> unusual) {

    /** The setting that has a mark put before texts. */
    static final String ADDS_MARK = "add_dummy_prefix";

    private static final String FORMAT = "a model of SentencePiece";

    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_PIECES = 1 << 20;
    private static final int LONGEST_PIECE = 1 << 12; // bytes

    // Fields of the messages.
    private static final int PIECES = 1;
    private static final int TRAINER = 2;
    private static final int NORMALIZER = 3;
    private static final int PIECE_TEXT = 1;
    private static final int PIECE_SCORE = 2;
    private static final int PIECE_TYPE = 3;
    private static final int TRAINER_MODEL = 3;
    private static final int NORMALIZER_MAP = 2;

    /** Settings that a file may have: those of the trainer are off by themselves, those of the normalizer on. */
    private static final Map<Integer, String> TRAINER_SETTINGS =
            Map.of(24, "treat_whitespace_as_suffix", 35, "byte_fallback");

    private static final Map<Integer, String> NORMALIZER_SETTINGS =
            Map.of(3, ADDS_MARK, 4, "remove_extra_whitespaces", 5, "escape_whitespaces");

    private static final int UNIGRAM = 1; // the kind of model, also where the file does not say

    private static final int NORMAL = 1; // the type of a piece, also where the file does not say
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** A piece, its score, and what it is there for. */
    record Piece(String text, double score, int type) {

        /** Whether it stands for something that is no text. */
        boolean isControl() {
            return type == CONTROL;
        }

        /** Whether it is found in texts where the scores are for it: those that stand for what is unknown, or for a byte, are not. */
        boolean isNormal() {
            return type == NORMAL;
        }

        /** Whether it is found in texts as it is written, whatever the scores. */
        boolean isUserDefined() {
            return type == USER_DEFINED;
        }
    }

    /**
     * Reads a file.
     *
     * @throws ModelLoadingException if it is damaged, or its model is not Unigram
     * @throws IOException if reading fails
     */
    static SentencePieceModel read(ModelFiles files, String name) throws IOException {
        String where = files.describe(name);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment file = files.map(name, arena);
            if (file.byteSize() > MOST_BYTES) {
                throw new ModelLoadingException(
                        where + ": expected at most " + MOST_BYTES + " bytes, found " + file.byteSize());
            }
            return read(file, where);
        } catch (InternalError e) {
            throw new ModelLoadingException(where + ": changed while it was read; try again", e);
        }
    }

    private static SentencePieceModel read(MemorySegment file, String where) {
        List<Piece> pieces = new ArrayList<>();
        Optional<byte[]> map = Optional.empty();
        Map<String, Boolean> unusual = new TreeMap<>();
        WireReader model = new WireReader(file, where, FORMAT);
        while (model.next()) {
            switch (model.field()) {
                case PIECES -> {
                    if (pieces.size() == MOST_PIECES) {
                        throw model.error("expected at most " + MOST_PIECES + " pieces, found more");
                    }
                    pieces.add(piece(model.message()));
                }
                case TRAINER -> {
                    WireReader trainer = model.message();
                    requireUnigram(trainer.again(), where);
                    settings(trainer, TRAINER_SETTINGS, false, unusual);
                }
                case NORMALIZER -> {
                    WireReader normalizer = model.message();
                    Optional<byte[]> found = map(normalizer.again());
                    settings(normalizer, NORMALIZER_SETTINGS, true, unusual);
                    map = found.isPresent() ? found : map;
                }
                default -> model.skip();
            }
        }
        if (pieces.isEmpty()) {
            throw model.error("expected pieces, found none");
        }
        return new SentencePieceModel(List.copyOf(pieces), map, Map.copyOf(unusual));
    }

    private static Piece piece(WireReader piece) {
        String text = "";
        double score = 0;
        long type = NORMAL;
        while (piece.next()) {
            switch (piece.field()) {
                case PIECE_TEXT -> text = piece.text(LONGEST_PIECE);
                case PIECE_SCORE -> {
                    score = piece.fixed32().get(FLOAT, 0);
                    if (!Double.isFinite(score)) {
                        throw piece.error("expected a finite score, found " + score);
                    }
                }
                case PIECE_TYPE -> type = piece.varint();
                default -> piece.skip();
            }
        }
        return new Piece(text, score, type >= NORMAL && type <= BYTE ? (int) type : NORMAL);
    }

    private static void requireUnigram(WireReader trainer, String where) {
        while (trainer.next()) {
            if (trainer.field() == TRAINER_MODEL) {
                long kind = trainer.varint();
                if (kind != UNIGRAM) {
                    throw new ModelLoadingException(
                            where + ": trainer_spec.model_type: expected 1 (UNIGRAM), found " + kind
                                    + (kind == 2 ? " (BPE)" : "")
                                    + "; no other is read; AutoTokenizer.from_pretrained(folder).save_pretrained(folder) in Python"
                                    + " makes a tokenizer.json of it");
                }
            } else {
                trainer.skip();
            }
        }
    }

    private static void settings(
            WireReader message, Map<Integer, String> names, boolean usual, Map<String, Boolean> unusual) {
        while (message.next()) {
            String name = names.get(message.field());
            if (name == null) {
                message.skip();
                continue;
            }
            boolean value = message.varint() != 0;
            if (value == usual) {
                unusual.remove(name);
            } else {
                unusual.put(name, value);
            }
        }
    }

    private static Optional<byte[]> map(WireReader normalizer) {
        Optional<byte[]> map = Optional.empty();
        while (normalizer.next()) {
            if (normalizer.field() == NORMALIZER_MAP) {
                byte[] bytes = normalizer.bytes().toArray(ValueLayout.JAVA_BYTE);
                map = bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
            } else {
                normalizer.skip();
            }
        }
        return map;
    }
}
