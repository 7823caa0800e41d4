package io.tesserae.training.network;

import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.GeneralistShape;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
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

    /** Episodes and texts in one pass: what is done and observed next, and which word. */
    non-sealed interface OfEpisodes extends Network {

        /**
         * Which tokens' predictions are wanted.
         *
         * @param numbers tokens whose continuous prediction is, ascending
         * @param words tokens of which the scores of words and of discrete actions are, ascending
         */
        record Asked(int[] numbers, int[] words) {}

        /**
         * The predictions.
         *
         * @param numbers {@code [tokens asked about, widest continuous]}; empty where none is asked about
         * @param words {@code [tokens asked about, vocabulary]}; empty where none is asked about
         */
        record Scores(Optional<Variable> numbers, Optional<Variable> words) {}

        /**
         * Where each sequence's tokens begin, first those of the episodes, then those of the texts: {@code [sequences + 1]}. A step is two
         * tokens, its observation and its action; the tokens of a photo come before those of its text.
         */
        int[] starts(List<Episode> episodes, List<PhotoTexts> texts);

        /**
         * Reads all of them.
         *
         * @param episodes of any kinds and widths
         * @param texts some with photos, some without
         */
        Scores scores(Tape tape, List<Episode> episodes, List<PhotoTexts> texts, Asked asked);

        /**
         * Refuses an episode that cannot be read.
         *
         * @param where it is from, for messages
         * @throws IllegalArgumentException if it has frames, or a width or value that the model does not take, or is too long
         */
        void require(String where, Episode episode);

        /** Refuses actions that it cannot read or predict. */
        void requireActions(String where, Actions actions);

        /**
         * Refuses texts that cannot be read.
         *
         * @throws IllegalArgumentException if an id is outside the vocabulary, a photo is of another size, or they are too long
         */
        void require(String where, PhotoTexts texts);

        /** What it takes and gives. */
        GeneralistShape shape();

        /** What the loss of observations and that of actions are multiplied by. */
        LossCoefficients coefficients();

        /**
         * What losses are multiplied by.
         *
         * @param observations 0 where none are predicted
         * @param actions of actions
         */
        record LossCoefficients(float observations, float actions) {}
    }
}
