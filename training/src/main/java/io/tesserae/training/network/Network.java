package io.tesserae.training.network;

import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/** A network that can be trained: from a batch to hidden states or to logits, on a tape. Its parameters are known to who built it. */
public sealed interface Network {

    /** No head: texts to hidden states. */
    non-sealed interface OfTexts extends Network {

        /**
         * The last hidden states.
         *
         * @param wanted the rows that are computed; empty for all
         * @return {@code [rows wanted, hidden]}
         */
        Variable hiddenStates(Tape tape, TokenBatch batch, Optional<Rows> wanted);

        /** Width of the hidden states. */
        int hiddenSize();
    }

    /** A score per label for every text. */
    non-sealed interface OfSequences extends Network {

        /** The scores, {@code [sequences, labels]}. */
        Variable logits(Tape tape, TokenBatch batch);
    }

    /** A score per label for every token. */
    non-sealed interface OfTokens extends Network {

        /** The scores, {@code [tokens, labels]}. */
        Variable logits(Tape tape, TokenBatch batch);
    }

    /** A score per word of the vocabulary, for the tokens that are asked about. */
    non-sealed interface OfMaskedWords extends Network {

        /** The scores, {@code [rows asked about, vocabulary]}. */
        Variable logits(Tape tape, TokenBatch batch, Rows asked);
    }

    /** No head: pictures to hidden states. */
    non-sealed interface OfPictures extends Network {

        /**
         * The last hidden states, normalised where the family does that at the end.
         *
         * @param wanted the rows that are computed; empty for all
         * @return {@code [rows wanted, hidden]}
         */
        Variable hiddenStates(Tape tape, ImageBatch batch, Optional<Rows> wanted);

        /**
         * Where each picture's rows begin: {@code [pictures + 1]}.
         *
         * @throws IllegalArgumentException if a picture is none that the network takes
         */
        int[] starts(ImageBatch batch);

        /** The same network, which takes pictures of any size that holds a patch: its positions are interpolated for them. */
        OfPictures interpolatingPositions();

        /** Width of the hidden states. */
        int hiddenSize();
    }

    /** A score per label for every picture. */
    non-sealed interface OfClassifiedPictures extends Network {

        /** The scores, {@code [pictures, labels]}. */
        Variable logits(Tape tape, ImageBatch batch);
    }

    /** A score per label for every picture, and another that follows a teacher: Touvron et al., arXiv 2012.12877. */
    non-sealed interface OfTaughtPictures extends Network {

        /**
         * The scores of both heads.
         *
         * @param classification {@code [pictures, labels]}, of the class token
         * @param distillation {@code [pictures, labels]}, of the distillation token
         */
        record Logits(Variable classification, Variable distillation) {}

        /** The scores. */
        Logits logits(Tape tape, ImageBatch batch);
    }

    /** A score per word of the vocabulary for what comes next in a caption. */
    non-sealed interface OfCaptions extends Network {

        /**
         * The scores, {@code [tokens, vocabulary]}.
         *
         * @param captions sequence s is about picture s
         */
        Variable logits(Tape tape, ImageBatch pictures, TokenBatch captions);
    }
}
