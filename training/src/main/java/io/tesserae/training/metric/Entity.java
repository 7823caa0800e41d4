package io.tesserae.training.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * A run of tokens that name one thing.
 *
 * @param type what kind of thing: {@code PER}
 * @param first its first token
 * @param last its last token
 */
public record Entity(String type, int first, int last) {

    private static final Tag OUTSIDE = new Tag('O', "_");

    /** A label taken apart: {@code B-PER} is the letter B and the type PER; a lone letter has the type "_". */
    private record Tag(int letter, String type) {

        static Tag of(String label) {
            if (label.isEmpty()) {
                throw new IllegalArgumentException("expected a label such as O or B-PER, found an empty one");
            }
            int letter = label.codePointAt(0);
            String rest = label.substring(Character.charCount(letter));
            String type = rest.substring(rest.indexOf('-') + 1);
            return new Tag(letter, type.isEmpty() ? "_" : type);
        }

        /** Whether an entity that this tag is part of ends before the next. */
        boolean endsBefore(Tag next) {
            return switch (letter) {
                case 'O', '.' -> false;
                case 'E', 'S' -> true;
                case 'B', 'I' -> next.letter == 'B' || next.letter == 'S' || next.letter == 'O' || changesTo(next);
                default -> changesTo(next);
            };
        }

        /** Whether an entity begins with the next tag. */
        boolean startsWith(Tag next) {
            return switch (next.letter) {
                case 'O', '.' -> false;
                case 'B', 'S' -> true;
                case 'I', 'E' -> letter == 'E' || letter == 'S' || letter == 'O' || changesTo(next);
                default -> changesTo(next);
            };
        }

        private boolean changesTo(Tag next) {
            return !type.equals(next.type);
        }
    }

    /**
     * The entities of a sentence whose tokens are labelled by any of IOB1, IOB2, IOE1, IOE2 and IOBES, as seqeval's
     * {@code get_entities} reads them when no scheme is named: an entity may begin with I or E where none went before,
     * and ends where the type changes. Labels without a letter of these schemes are entities too wherever their type,
     * all that follows the first character and a hyphen, differs from the one before.
     *
     * @param labels one for each token
     * @throws IllegalArgumentException if a label is empty
     */
    public static List<Entity> of(List<String> labels) {
        List<Entity> entities = new ArrayList<>();
        Tag before = new Tag('O', ""); // equal to no type
        int first = 0;
        for (int i = 0; i <= labels.size(); i++) {
            Tag tag = i < labels.size() ? Tag.of(labels.get(i)) : OUTSIDE;
            if (before.endsBefore(tag)) {
                entities.add(new Entity(before.type(), first, i - 1));
            }
            if (before.startsWith(tag)) {
                first = i;
            }
            before = tag;
        }
        return entities;
    }
}
